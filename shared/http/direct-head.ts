/** The head of a request that is read without Node's parser. */
export interface DirectHead {
  /** By name in lower case; no name came twice. */
  readonly headers: Readonly<Record<string, string>>
  /** Names and values as they came, one after the other. */
  readonly rawHeaders: readonly string[]
  /** Where the body begins in the bytes that were read; it ends with them. */
  readonly bodyStart: number
}

/** Longest head that is read here, in bytes. */
const LONGEST_HEAD = 8_192

/**
 * Reads the head of a request that begins with `requestLine`, such as `POST /graphql HTTP/1.1\r\n`, and fills `bytes` to the
 * last one. Undefined for everything that is not the plainest form of RFC 9112: each header once, in visible ASCII, on one
 * line; a host and a length; nothing about the connection but that it stays. Whatever two readers could take differently
 * is thus for Node's parser alone to judge, and what is read here means the same to both.
 */
export function readDirectHead(bytes: Buffer, requestLine: string): DirectHead | undefined {
  const headEnd = bytes.indexOf(HEAD_END) + HEAD_END.length
  if (headEnd < HEAD_END.length || headEnd > LONGEST_HEAD) return undefined
  const head = bytes.toString('latin1', 0, headEnd - LINE_END.length)
  if (!head.startsWith(requestLine) || !LINES.test(head.slice(requestLine.length))) return undefined
  const rawHeaders: string[] = []
  const headers = named(head, requestLine.length, rawHeaders)
  return headers && isPlain(headers, bytes.length - headEnd) ? { headers, rawHeaders, bodyStart: headEnd } : undefined
}

const HEAD_END = '\r\n\r\n'
const LINE_END = '\r\n'

/** Header lines without folding, underscores or empty names. */
const LINES = /^(?:[A-Za-z][A-Za-z0-9-]*:[\t\x20-\x7e]*\r\n)+$/

/** Headers by name, and as they came into `rawHeaders`. Undefined where a name comes twice. */
function named(head: string, start: number, rawHeaders: string[]): Record<string, string> | undefined {
  const headers: Record<string, string> = {}
  for (let at = start; at < head.length; ) {
    const colon = head.indexOf(':', at)
    const end = head.indexOf(LINE_END, colon)
    const raw = head.slice(at, colon)
    const name = raw.toLowerCase()
    // What every object has by that name is taken for a repetition, too, and left to Node.
    if (headers[name] !== undefined) return undefined
    const value = head.slice(colon + 1, end).trim()
    headers[name] = value
    rawHeaders.push(raw, value)
    at = end + LINE_END.length
  }
  return headers
}

function isPlain(headers: Readonly<Record<string, string>>, bodyLength: number): boolean {
  const { host, connection, 'content-length': length } = headers
  if (!host || length === undefined || !LENGTH.test(length) || Number(length) !== bodyLength) return false
  if (connection !== undefined && connection !== 'keep-alive') return false
  return NOT_DIRECT.every((name) => headers[name] === undefined)
}

const LENGTH = /^[0-9]{1,7}$/

/** They ask for more than an answer on the same connection, or Node gives them another form than text. */
const NOT_DIRECT = ['transfer-encoding', 'upgrade', 'expect', 'te', 'trailer', 'set-cookie'] as const
