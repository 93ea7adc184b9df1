/** JSON as text, or as its bytes in UTF-8 in as many pieces as they came in: to put large ones together costs a copy. */
export type Json = string | readonly Buffer[]

/** Roughly how much it is, in UTF-16 code units or bytes. */
export function sizeOf(json: Json): number {
  return typeof json === 'string' ? json.length : json.reduce((sum, { length }) => sum + length, 0)
}

export function textOf(json: Json): string {
  return typeof json === 'string' ? json : Buffer.concat(json).toString('utf8')
}
