const MEMBERS = new Set(['query', 'operationName', 'variables', 'extensions'])

/**
 * The JSON of a request's variables as its client wrote it, so that it can be passed on without being written again;
 * undefined where it is not plain where it stands. `body` is what `text` was parsed to. Only variables that come last, hold
 * no escapes and are the only member of that name are taken: nothing else of the body can then stand in the text.
 */
export function variablesTextIn(text: string, body: object): string | undefined {
  const members = Object.keys(body)
  if (members.at(-1) !== 'variables' || !members.every((name) => MEMBERS.has(name))) return undefined
  const start = startOf(text)
  if (start === undefined) return undefined
  const rest = text.slice(start, text.lastIndexOf('}')).trim()
  return rest.includes('\\') || rest.includes('"variables"') ? undefined : rest
}

/** Where the value of the first member named so begins; a text of that name may stand before it. */
function startOf(text: string): number | undefined {
  const name = '"variables"'
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    let after = at + name.length
    while (isSpace(text.charCodeAt(after))) after += 1
    if (text[after] === ':') return after + 1
  }
  return undefined
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}
