/** The characters that JSON is made of, as bytes. */
export const TAB = 0x09
export const NEW_LINE = 0x0a
export const RETURN = 0x0d
export const SPACE = 0x20
export const QUOTE = 0x22
export const COMMA = 0x2c
export const COLON = 0x3a
export const OPEN_LIST = 0x5b
export const BACKSLASH = 0x5c
export const CLOSE_LIST = 0x5d
export const OPEN_OBJECT = 0x7b
export const CLOSE_OBJECT = 0x7d

export function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === NEW_LINE || byte === RETURN || byte === TAB
}

/** The first byte from `at` that is no white space. */
export function afterSpace(bytes: Buffer, at: number): number {
  let next = at
  while (isSpace(bytes[next])) next++
  return next
}
