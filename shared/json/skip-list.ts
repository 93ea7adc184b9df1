import { countNumbers } from './count-numbers.js'
import { unread } from './json-reader.js'

// Every byte of a large request comes by here: what another module exports would be looked up for each of them.
const TAB = 0x09
const NEW_LINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const EXPONENT = 0x65
const LOWER_CASE = 0x20

/** A number of so few characters and without an exponent is finite. */
const FINITE = 300

const WORDS = ['true', 'false', 'null'].map((word) => [...Buffer.from(word)])

/** A list in the bytes of JSON. */
export interface SkippedList {
  /** First byte after it. */
  readonly end: number
  readonly length: number
}

/**
 * Checks the list whose bracket stands at `start` without making anything of it: finite numbers, texts without escapes,
 * `true`, `false` and `null`. Throws a `SyntaxError` where anything else is in it.
 */
export function skipList(bytes: Buffer, start: number): SkippedList {
  const close = bytes.indexOf(CLOSE_LIST, start)
  if (close < 0) throw unread()
  const numbers = countNumbers(bytes, start + 1, close)
  return numbers ? { end: close + 1, length: numbers } : skipElements(bytes, start)
}

function skipElements(bytes: Buffer, start: number): SkippedList {
  let at = skipSpace(bytes, start + 1)
  if (bytes[at] === CLOSE_LIST) return { end: at + 1, length: 0 }
  let length = 1
  for (at = skipElement(bytes, at); bytes[at] === COMMA; length++) at = skipElement(bytes, skipSpace(bytes, at + 1))
  if (bytes[at] !== CLOSE_LIST) throw unread()
  return { end: at + 1, length }
}

/** Skips the white space behind it as well. */
function skipElement(bytes: Buffer, at: number): number {
  const first = bytes[at]!
  if (first <= NINE && first >= MINUS) return skipSpace(bytes, skipNumber(bytes, at))
  return skipSpace(bytes, first === QUOTE ? skipText(bytes, at) : skipWord(bytes, at))
}

function skipNumber(bytes: Buffer, start: number): number {
  const first = bytes[start] === MINUS ? start + 1 : start
  if (!isDigit(bytes[first]!)) throw unread()
  let at = bytes[first] === ZERO ? first + 1 : skipDigits(bytes, first)
  if (bytes[at] === POINT) {
    if (!isDigit(bytes[at + 1]!)) throw unread()
    at = skipDigits(bytes, at + 1)
  }
  return (bytes[at]! | LOWER_CASE) === EXPONENT || at - start > FINITE ? skipAnyNumber(bytes, start) : at
}

/** The byte at `start` is known to be one. */
function skipDigits(bytes: Buffer, start: number): number {
  let at = start
  do at++
  while (isDigit(bytes[at]!))
  return at
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE
}

function skipAnyNumber(bytes: Buffer, start: number): number {
  let at = start
  while (bytes[at]! > SPACE && bytes[at] !== COMMA && bytes[at] !== CLOSE_LIST) at++
  if (!Number.isFinite(JSON.parse(bytes.toString('latin1', start, at)))) throw unread()
  return at
}

function skipText(bytes: Buffer, start: number): number {
  for (let at = start + 1; bytes[at]! >= SPACE && bytes[at] !== BACKSLASH; at++) if (bytes[at] === QUOTE) return at + 1
  throw unread()
}

function skipWord(bytes: Buffer, at: number): number {
  const word = WORDS.find((letters) => letters.every((letter, index) => bytes[at + index] === letter))
  if (!word) throw unread()
  return at + word.length
}

function skipSpace(bytes: Buffer, start: number): number {
  let at = start
  while (bytes[at]! <= SPACE && isSpace(bytes[at]!)) at++
  return at
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === NEW_LINE || byte === RETURN || byte === TAB
}
