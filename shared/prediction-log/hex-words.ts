/**
 * Ids as 32-bit words, four each, the most significant first: two cells of a batch. Compared word by word they sort as their
 * texts do.
 */

const UUID_CHARACTERS = 36
const DASH = '-'.charCodeAt(0)
/** A bit above those of four digits, wherever among them the character stood that is none. */
const NO_DIGIT = 0x1_0000
const ABOVE_DIGITS = ~0xffff
const DIGITS = digitValues()

/** Puts the 128 bits of a UUID from word `at` on; false for a text that is none in lower case, and then they say nothing. */
export function putUuid(words: Uint32Array, at: number, text: string): boolean {
  if (text.length !== UUID_CHARACTERS) return false
  const one = fourDigits(text, 0)
  const two = fourDigits(text, 4)
  const three = fourDigits(text, 9)
  const four = fourDigits(text, 14)
  const five = fourDigits(text, 19)
  const six = fourDigits(text, 24)
  const seven = fourDigits(text, 28)
  const eight = fourDigits(text, 32)
  words[at] = (one << 16) | two
  words[at + 1] = (three << 16) | four
  words[at + 2] = (five << 16) | six
  words[at + 3] = (seven << 16) | eight
  const isHex = ((one | two | three | four | five | six | seven | eight) & ABOVE_DIGITS) === 0
  return isHex && hasDash(text, 8) && hasDash(text, 13) && hasDash(text, 18) && hasDash(text, 23)
}

/** A UUID as words. */
export function wordsOfUuid(uuid: string): Uint32Array {
  const words = new Uint32Array(4)
  putUuid(words, 0, uuid)
  return words
}

/** The UUID from word `at` on. */
export function uuidAt(words: Uint32Array, at: number): string {
  const digits = hexAt(words, at, 4)
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`
}

/** Puts hex digits, eight to a word, from word `at` on. */
export function putHex(words: Uint32Array, at: number, digits: string): void {
  for (let word = 0; word < digits.length / 8; word++) {
    words[at + word] = (fourDigits(digits, 8 * word) << 16) | fourDigits(digits, 8 * word + 4)
  }
}

/** So many words from word `at` on as hex digits. */
export function hexAt(words: Uint32Array, at: number, count: number): string {
  let digits = ''
  for (let word = at; word < at + count; word++) digits += words[word]!.toString(16).padStart(8, '0')
  return digits
}

/** When a UUIDv7 was made, in milliseconds since the epoch (RFC 9562, section 5.7). */
export function timeOfUuid(uuid: string): number {
  return fourDigits(uuid, 0) * 0x1_0000_0000 + fourDigits(uuid, 4) * 0x1_0000 + fourDigits(uuid, 9)
}

function hasDash(text: string, at: number): boolean {
  return text.charCodeAt(at) === DASH
}

function fourDigits(text: string, from: number): number {
  return (digit(text, from) << 12) | (digit(text, from + 1) << 8) | (digit(text, from + 2) << 4) | digit(text, from + 3)
}

function digit(text: string, at: number): number {
  return DIGITS[text.charCodeAt(at)] ?? NO_DIGIT
}

/** By character code, as far as there are digits. */
function digitValues(): Uint32Array {
  const values = new Uint32Array('f'.charCodeAt(0) + 1).fill(NO_DIGIT)
  for (const character of '0123456789abcdef') values[character.charCodeAt(0)] = Number.parseInt(character, 16)
  return values
}
