import type { Entry } from './entry.js'
import { BATCH_CELLS, OpenBatch } from './open-batch.js'
import type { WaitingBatches } from './waiting-batches.js'
import type { WriterLink } from './writer-protocol.js'

/** Cells of so many batches are kept to be filled again. */
const MOST_SPARE = 4
const VALUE_CHARACTERS = 8

/** The batches that are being filled, one for each model version, until they are sent to who writes them. */
export class OpenBatches {
  readonly #open = new Map<string, Map<number | null, OpenBatch>>()
  readonly #spare: Float64Array[] = []

  constructor(
    private readonly link: WriterLink,
    private readonly waiting: WaitingBatches,
  ) {}

  /** Copies as many of the entry's next rows as a batch has room for, and `most` at most; answers how many. */
  copy(entry: Entry, most: number): number {
    const batch = this.#batchFor(entry, most)
    const rows = Math.max(1, Math.min(most, entry.rowsIn(batch.room)))
    batch.reserve(entry.cellsFor(rows), () => this.#spare.pop() ?? new Float64Array(BATCH_CELLS))
    const { characters } = batch
    entry.copy(batch, rows)
    const texts = Math.floor((batch.characters - characters) / VALUE_CHARACTERS)
    if (texts > 0) this.waiting.add(0, texts)
    batch.values += rows * entry.model.fields.valuesPerRow + texts
    return rows
  }

  /** Sends all of them. */
  send(): void {
    for (const versions of this.#open.values()) for (const batch of versions.values()) this.#send(batch)
    this.#open.clear()
  }

  /** Cells that were read, to be filled again. */
  keep(cells: Float64Array): void {
    if (cells.length === BATCH_CELLS && this.#spare.length < MOST_SPARE) this.#spare.push(cells)
  }

  /** One that takes the entry's next row at least. */
  #batchFor(entry: Entry, most: number): OpenBatch {
    const { model, version = null, ids } = entry.answered
    const versions = this.#open.get(model) ?? new Map<number | null, OpenBatch>()
    this.#open.set(model, versions)
    const open = versions.get(version)
    if (open && entry.rowsIn(open.room) > 0 && open.admits(ids[entry.placeOf(0)]!, ids[entry.placeOf(most - 1)]!)) {
      return open
    }
    if (open) this.#send(open)
    const batch = new OpenBatch(model, version)
    versions.set(version, batch)
    return batch
  }

  #send(open: OpenBatch): void {
    if (open.rows === 0) return
    const { batch } = open
    const number = this.waiting.send({ rows: open.rows, values: open.values })
    this.link.send({ type: 'batch', number, batch }, [batch.cells.buffer as ArrayBuffer])
  }
}
