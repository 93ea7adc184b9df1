/** Where one part stands in a body. */
export interface Cut {
  readonly start: number
  /** First byte after it. */
  readonly end: number
  readonly hasErrors: boolean
}

const OPEN = 0x5b
const CLOSE = 0x5d
const COMMA = 0x2c
const BRACE = 0x7b
const END_BRACE = 0x7d

/**
 * Finds the parts of a body by the lengths that its header states (shared/mesh/protocol.ts), without parsing it.
 * Undefined when header and body do not agree: then the body has to be parsed.
 */
export function cutParts(header: string, body: Buffer, count: number, isArray: boolean): readonly Cut[] | undefined {
  const stated = header.split(',', count + 1)
  if (stated.length !== count || (isArray && body[0] !== OPEN)) return undefined
  const cuts: Cut[] = []
  let start = isArray ? 1 : 0
  for (const length of stated) {
    const cut = cutAt(start, length, body)
    const isLast = cuts.length === count - 1
    if (!cut || (!isLast && body[cut.end] !== COMMA)) return undefined
    cuts.push(cut)
    start = cut.end + 1
  }
  return endsWell(start - 1, body, isArray) ? cuts : undefined
}

function cutAt(start: number, stated: string, body: Buffer): Cut | undefined {
  const hasErrors = stated.endsWith('e')
  const digits = hasErrors ? stated.slice(0, -1) : stated
  const end = start + (/^[0-9]{1,10}$/.test(digits) ? Number(digits) : Number.NaN)
  return body[start] === BRACE && body[end - 1] === END_BRACE ? { start, end, hasErrors } : undefined
}

function endsWell(end: number, body: Buffer, isArray: boolean): boolean {
  return isArray ? body[end] === CLOSE && body.length === end + 1 : body.length === end
}
