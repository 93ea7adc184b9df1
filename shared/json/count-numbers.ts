import * as table from './number-table.js'

// Every byte of a large request comes by here: what another module exports would be looked up for each of them.
const { BEFORE, MAY_END, MOVE_BITS, PAIR_BITS, WRONG } = table
const { pairs, moves, leads } = table.compileNumberTable()
const MOVE = 2 ** MOVE_BITS - 1

/** Bytes in which one comma at least has to stand: then no number has more than twice as many, and all are finite. */
const STRETCH = 128

/** White space, which may follow every number, in place of bytes that are not there. */
const SPACES = 0x20202020

/**
 * How many numbers stand between `start` and `end`, separated by commas; undefined where anything else stands there, or
 * where a number might not be finite. Four bytes are one step through a table, whatever they are: where each byte
 * decides what is done next, the processor guesses wrong at the end of most numbers, which costs more than all else.
 */
export function countNumbers(bytes: Buffer, start: number, end: number): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const whole = end - ((end - start) & 3)
  let place = BEFORE
  let length = 1
  for (let at = start; at < whole; ) {
    const before = length
    const stop = Math.min(at + STRETCH, whole)
    for (; at < stop; at += 4) {
      const four = view.getInt32(at, true)
      const move = moves[(pairs[four & 0xffff]! << PAIR_BITS) | pairs[four >>> 16]!]!
      length += move >>> MOVE_BITS
      place = leads[(move & MOVE) + place]!
    }
    if (place === WRONG || (length === before && stop < whole)) return undefined
  }
  const four = rest(bytes, whole, end)
  const move = moves[(pairs[four & 0xffff]! << PAIR_BITS) | pairs[four >>> 16]!]!
  return MAY_END[leads[(move & MOVE) + place]!] ? length + (move >>> MOVE_BITS) : undefined
}

/** The last bytes, less than four, with white space behind them. */
function rest(bytes: Buffer, start: number, end: number): number {
  let four = SPACES
  for (let at = end - 1; at >= start; at--) four = (four << 8) | bytes[at]!
  return four
}
