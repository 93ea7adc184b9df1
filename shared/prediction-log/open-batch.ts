import type { Answered } from './answered.js'
import { type Batch, CALL_CELLS, type CallOrigin, FLAG, MARK } from './batch.js'
import { LONGEST_SPAN_MS } from './chunk.js'
import { putHex, putUuid, timeOfUuid } from './hex-words.js'
import { IdSpan } from './id-span.js'

/** Cells of a batch, at most, unless one row has more: 1 MB. */
export const BATCH_CELLS = 131_072
/** Cells that it begins with, and by how much it grows. */
const FIRST_CELLS = 2_048
const GROWTH = 8
/** Characters after which a batch is full. */
export const FULL_CHARACTERS = 200_000
/** Origins after which it is. */
const FULL_ORIGINS = 500
/** Of the latest origins so many are looked through for one that comes again. */
const NEAR_ORIGINS = 16
const TRACE_DIGITS = 32
/** Texts of so many characters are words, so many of them. */
const LONGEST_WORD = 32
const MOST_WORDS = 256

/** A batch that is being filled, with rows of one model version. */
export class OpenBatch {
  /** Where the next value goes; whoever writes cells moves it on. */
  at = 0
  cells: Float64Array = new Float64Array(FIRST_CELLS)
  words: Uint32Array = new Uint32Array(this.cells.buffer)
  rows = 0
  /** Of its texts and images. */
  characters = 0
  /** What its rows weigh, in values of eight bytes; whoever writes rows counts them. */
  values = 0
  #texts: string[] = []
  readonly #vocabulary = new Map<string, number>()
  #images: { readonly at: number; readonly image: string }[] = []
  #origins: CallOrigin[] = []
  /** Code of every row that failed. */
  #failed: string[] = []
  readonly #span = new IdSpan()

  constructor(
    readonly model: string,
    readonly version: number | null,
  ) {}

  /** Cells that are left, until it is as large as it should become; none once it is full otherwise. */
  get room(): number {
    const isFull = this.characters >= FULL_CHARACTERS || this.#origins.length >= FULL_ORIGINS
    return isFull ? 0 : BATCH_CELLS - this.at
  }

  /** Whether rows with such ids may come in: the times of all lie within what a chunk may span. */
  admits(firstId: string, lastId: string): boolean {
    if (this.rows === 0) return true
    const { firstTime, lastTime } = this.#span
    const from = Math.min(firstTime, timeOfUuid(firstId))
    return Math.max(lastTime, timeOfUuid(lastId)) - from <= LONGEST_SPAN_MS
  }

  /** Makes sure that there are so many cells beyond `at`; `largest` gives {@link BATCH_CELLS} cells of any content. */
  reserve(count: number, largest: () => Float64Array): void {
    const needed = this.at + count
    if (needed <= this.cells.length) return
    const wanted = Math.max(needed, Math.min(BATCH_CELLS, GROWTH * this.cells.length))
    const cells = wanted === BATCH_CELLS ? largest() : new Float64Array(wanted)
    cells.set(this.cells.subarray(0, this.at))
    this.cells = cells
    this.words = new Uint32Array(cells.buffer)
  }

  /** Begins a call of `rows` rows; `isBare` where their values are left out. */
  call(answered: Answered, rows: number, isBare: boolean): void {
    const { cells, words, at } = this
    const { requestId, traceId } = answered.caller
    words[2 * at] = this.#placeOf(answered)
    words[2 * at + 1] = rows
    const isUuid = putUuid(words, 2 * at + 14, requestId)
    words[2 * at + 2] = (answered.shadowOf ? FLAG.shadow : 0) | (isBare ? FLAG.bare : 0) | (isUuid ? FLAG.uuid : 0)
    words[2 * at + 3] = isUuid ? 0 : requestId.length
    if (!isUuid) this.#push(requestId)
    cells[at + 2] = answered.latencyMs
    cells[at + 3] = answered.queueMs
    cells[at + 4] = answered.runMs
    if (traceId?.length === TRACE_DIGITS) putHex(words, 2 * at + 10, traceId)
    else cells[at + 5] = cells[at + 6] = 0
    this.at = at + CALL_CELLS
    this.rows += rows
  }

  /** Begins a row. */
  row(id: string, shadowOf: string | undefined, error: string | undefined): void {
    requireUuid(putUuid(this.words, 2 * this.at, id))
    this.#span.take(id)
    this.at += 2
    if (shadowOf !== undefined) {
      requireUuid(putUuid(this.words, 2 * this.at, shadowOf))
      this.at += 2
    }
    if (error === undefined) this.mark(this.at++, MARK.null, 0)
    else {
      this.text(this.at++, error)
      this.#failed.push(error)
    }
  }

  /** Puts what is no number into the cell at `at`. */
  mark(at: number, mark: number, length: number): void {
    this.words[2 * at] = length
    this.words[2 * at + 1] = mark
  }

  /** Puts a text into the cell at `at`. */
  text(at: number, text: string): void {
    const place = text.length > LONGEST_WORD ? undefined : this.#placeOfWord(text)
    if (place !== undefined) this.mark(at, MARK.word, place)
    else {
      this.mark(at, MARK.text, text.length)
      this.#push(text)
    }
  }

  /** Puts an image into the cells from `at` on; whoever reads the batch makes its sha-256. */
  image(at: number, image: string): void {
    this.mark(at, MARK.image, 0)
    this.#images.push({ at: at + 1, image })
    this.characters += image.length
  }

  /** Does what `write` does, or nothing where it throws. */
  whole(write: () => void): void {
    const { at, rows, characters } = this
    const { length: texts } = this.#texts
    const { length: images } = this.#images
    const { length: failed } = this.#failed
    const span = this.#span
    const { first, last, firstTime, lastTime } = span
    try {
      write()
    } catch (error) {
      Object.assign(this, { at, rows, characters })
      Object.assign(span, { first, last, firstTime, lastTime })
      this.#texts.length = texts
      this.#images.length = images
      this.#failed.length = failed
      throw error
    }
  }

  /** What it holds. Its cells must be given away with it. */
  get batch(): Batch {
    const { model, version, cells, at: length, rows } = this
    return {
      model,
      version,
      cells,
      length,
      text: this.#texts.join(''),
      words: [...this.#vocabulary.keys()],
      images: this.#images,
      origins: this.#origins,
      rows,
      errors: countOf(this.#failed),
      first: this.#span.first,
      last: this.#span.last,
    }
  }

  /** Undefined for one that is new and has no room among them. */
  #placeOfWord(text: string): number | undefined {
    const known = this.#vocabulary.get(text)
    const { size } = this.#vocabulary
    if (known !== undefined || size >= MOST_WORDS) return known
    this.#vocabulary.set(text, size)
    return size
  }

  #push(text: string): void {
    this.#texts.push(text)
    this.characters += text.length
  }

  #placeOf(answered: Answered): number {
    const { client, operation } = answered.caller
    const route = answered.route ?? null
    const revision = answered.revision ?? null
    const instead = answered.instead ?? null
    const origins = this.#origins
    for (let place = origins.length - 1; place >= 0 && place >= origins.length - NEAR_ORIGINS; place--) {
      const near = origins[place]!
      if (
        near.operation === operation &&
        near.client === client &&
        near.route === route &&
        near.revision === revision &&
        near.instead === instead
      )
        return place
    }
    return origins.push({ client, operation, route, revision, instead }) - 1
  }
}

function requireUuid(isUuid: boolean): void {
  if (!isUuid) throw new RangeError('the id of a prediction is no UUID')
}

function countOf(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1
  return counts
}
