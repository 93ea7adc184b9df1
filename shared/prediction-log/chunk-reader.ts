import { CALL_CELLS, IMAGE_CELLS, MARK } from './batch.js'
import type { ChunkHead } from './chunk.js'
import { type Frame, readFrame } from './frame.js'
import { hexAt } from './hex-words.js'
import { ReadCall } from './read-call.js'
import { ReadRow } from './read-row.js'

/** What was written is read in the same order: a call, then each of its rows, of each the values. */
export class ChunkReader {
  readonly #cells: Float64Array
  readonly #words: Uint32Array
  readonly #text: string
  #at = 0
  #textAt = 0

  constructor(
    readonly head: ChunkHead,
    { cells, text }: Pick<Frame, 'cells' | 'text'>,
  ) {
    // Doubles must begin at a multiple of eight bytes; elsewhere they are copied.
    const { buffer, byteOffset, byteLength } = cells.byteOffset % 8 === 0 ? cells : new Uint8Array(cells)
    this.#cells = new Float64Array(buffer, byteOffset, byteLength / 8)
    this.#words = new Uint32Array(buffer, byteOffset, byteLength / 4)
    this.#text = text.toString('utf8')
  }

  /** Whether nothing is left of it. */
  get isAtEnd(): boolean {
    return this.#at >= this.#cells.length
  }

  /** Whether it ended where it should. */
  get isWhole(): boolean {
    return this.#at === this.#cells.length && this.#textAt === this.#text.length
  }

  call(): ReadCall {
    const at = this.#take(CALL_CELLS, 'a call')
    const words = this.#words
    const place = words[2 * at]!
    const origin = this.head.origins[place]
    if (!origin) throw new RangeError(`there is no origin ${place}`)
    return new ReadCall(words, this.#cells, 2 * at, origin, this.#nextText(words[2 * at + 3]!))
  }

  row({ isShadow }: ReadCall): ReadRow {
    const at = this.#take(isShadow ? 4 : 2, 'a row')
    return new ReadRow(this.#words, 2 * at, isShadow, this.value() as string | null)
  }

  /** A finite number or anything else that JSON knows. */
  value(): unknown {
    const at = this.#take(1, 'a value')
    const number = this.#cells[at]!
    if (!Number.isNaN(number)) return number
    const length = this.#words[2 * at]!
    switch (this.#words[2 * at + 1]) {
      case MARK.text:
        return this.#nextText(length)
      case MARK.word:
        return this.#word(length)
      case MARK.list:
        return this.#list(length)
      case MARK.image:
        return `sha256:${hexAt(this.#words, 2 * this.#take(IMAGE_CELLS - 1, 'an image'), 8)}`
      case MARK.true:
        return true
      case MARK.false:
        return false
      default:
        return null
    }
  }

  /** Goes past so many values. */
  skip(values: number): void {
    for (let left = values; left > 0; left--) {
      const at = this.#take(1, 'a value')
      if (!Number.isNaN(this.#cells[at]!)) continue
      const length = this.#words[2 * at]!
      const mark = this.#words[2 * at + 1]
      if (mark === MARK.text) this.#textAt += length
      else if (mark === MARK.word) this.#word(length)
      else if (mark === MARK.list) left += length
      else if (mark === MARK.image) this.#take(IMAGE_CELLS - 1, 'an image')
    }
  }

  #word(place: number): string {
    const word = this.head.words[place]
    if (word === undefined) throw new RangeError(`there is no word ${place}`)
    return word
  }

  #list(length: number): unknown[] {
    if (length > this.#cells.length - this.#at) throw new RangeError('a list is cut short')
    return Array.from({ length }, () => this.value())
  }

  /** Goes past so many cells; answers where they begin. */
  #take(count: number, what: string): number {
    const at = this.#at
    this.#at += count
    if (this.#at > this.#cells.length) throw new RangeError(`${what} is cut short`)
    return at
  }

  #nextText(length: number): string {
    const from = this.#textAt
    this.#textAt += length
    if (this.#textAt > this.#text.length) throw new RangeError('a text is cut short')
    return this.#text.slice(from, this.#textAt)
  }
}

/** Reads the chunk in the bytes of a frame, which was checked before it was stored. */
export function openChunk(bytes: Buffer): ChunkReader {
  const frame = readFrame(bytes)
  if (!frame) throw new RangeError('these bytes are no chunk')
  return new ChunkReader(JSON.parse(frame.head.toString('utf8')) as ChunkHead, frame)
}
