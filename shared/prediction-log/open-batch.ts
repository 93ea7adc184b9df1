import type { Answered } from './answered.js'
import { type Batch, type CallOrigin, MARK } from './batch.js'

/** Cells of a batch: 256 kB. */
export const BATCH_CELLS = 32_768
/** Characters of values after which a batch is full. */
const FULL_CHARACTERS = 1_000_000
const SHORT_CHARACTERS = 8
/** Of the latest origins so many are looked through for one that comes again. */
const NEAR_ORIGINS = 16
/** What is filled less than a fourth travels as a copy of its own, and the cells stay. */
const COPIED_SHARE = 4

/** A batch that is being filled. */
export class OpenBatch {
  /** Where the next value goes; whoever writes cells moves it on. */
  at = 0
  cells: Float64Array
  rows = 0
  texts: string[] = []
  /** Of texts that are values, short ones left out. */
  characters = 0
  #words: Uint32Array
  #origins: CallOrigin[] = []

  constructor(cells: Float64Array = new Float64Array(BATCH_CELLS)) {
    this.cells = cells
    this.#words = new Uint32Array(cells.buffer)
  }

  /** Cells that are left; none once it holds as many characters as it should. */
  get room(): number {
    return this.characters >= FULL_CHARACTERS ? 0 : this.cells.length - this.at
  }

  /** Begins a call of `rows` rows. */
  call(answered: Answered, rows: number): void {
    const { cells } = this
    let { at } = this
    cells[at++] = this.#placeOf(answered)
    cells[at++] = rows
    cells[at++] = answered.shadowOf ? 1 : 0
    cells[at++] = answered.latencyMs
    cells[at++] = answered.queueMs
    cells[at++] = answered.runMs
    this.at = at
    this.texts.push(answered.caller.requestId)
    this.rows += rows
  }

  /** Puts what is no number into the cell at `at`. */
  mark(at: number, mark: number): void {
    this.#words[2 * at] = 0
    this.#words[2 * at + 1] = mark
  }

  /** Puts a text into the cell at `at`. */
  text(at: number, text: string): void {
    this.mark(at, MARK.text)
    this.texts.push(text)
    // A short one weighs no more than its cell.
    if (text.length > SHORT_CHARACTERS) this.characters += text.length
  }

  /** Does what `write` does, or nothing where it throws. */
  whole(write: () => void): void {
    const { at, rows, characters, texts } = this
    const { length } = texts
    try {
      write()
    } catch (error) {
      Object.assign(this, { at, rows, characters })
      texts.length = length
      throw error
    }
  }

  /** Ends it. What comes in `transfer` must be given away with the batch; what is `left` can be filled again. */
  take(): { readonly batch: Batch; readonly transfer: ArrayBuffer[]; readonly left: Float64Array | undefined } {
    const isSmall = this.at * COPIED_SHARE < this.cells.length
    const cells = isSmall ? this.cells.slice(0, this.at) : this.cells
    const batch = { cells, length: this.at, texts: this.texts, origins: this.#origins, rows: this.rows }
    return { batch, transfer: [cells.buffer as ArrayBuffer], left: isSmall ? this.cells : undefined }
  }

  #placeOf(answered: Answered): number {
    const { model } = answered
    const { client, operation } = answered.caller
    const version = answered.version ?? null
    const route = answered.route ?? null
    const revision = answered.revision ?? null
    const instead = answered.instead ?? null
    const origins = this.#origins
    for (let place = origins.length - 1; place >= 0 && place >= origins.length - NEAR_ORIGINS; place--) {
      const near = origins[place]!
      if (
        near.version === version &&
        near.operation === operation &&
        near.client === client &&
        near.route === route &&
        near.revision === revision &&
        near.instead === instead &&
        near.model === model
      )
        return place
    }
    return origins.push({ model, version, client, operation, route, revision, instead }) - 1
  }
}
