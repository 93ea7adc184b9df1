import type { Contract } from '../contract/declaration.js'
import type { Answered } from './answered.js'
import { CALL_CELLS, MARK, ROW_CELLS } from './batch.js'
import type { OpenBatch } from './open-batch.js'
import { type RecordedField, type RecordedFields, readableColumn, recordedFieldsOf } from './recorded-fields.js'
import { cellsOf, generateRowCopier, putElement, putList, type RowCopier } from './row-copier.js'

/** How a model's rows are copied. */
export interface CopiedModel {
  readonly fields: RecordedFields
  /** Share of rows that are recorded, in percent. */
  readonly sample: number
  readonly copyInputs: RowCopier
  readonly copyOutputs: RowCopier
  /** That a row takes, at most. */
  readonly cellsPerRow: number
  /** Whether rows are recorded without their values, for these may be larger than a chunk. */
  readonly isBare: boolean
}

export function copiedModelOf(contract: Contract, sample: number): CopiedModel {
  const fields = recordedFieldsOf(contract)
  const { inputs, outputs } = fields
  const cells = cellsOf(inputs) + cellsOf(outputs)
  const isBare = cells > MOST_ROW_CELLS
  return {
    fields,
    sample,
    copyInputs: generateRowCopier(inputs),
    copyOutputs: generateRowCopier(outputs),
    cellsPerRow: ROW_CELLS + (isBare ? 0 : cells),
    isBare,
  }
}

/** 1 MB: what a chunk may be, but for its texts. */
const MOST_ROW_CELLS = 125_000

type Columns = readonly (readonly [field: RecordedField, column: ArrayLike<unknown> | undefined])[]

/** Rows of one call that wait to be copied into a batch: references to what came and what was answered. */
export class Entry {
  #columns: Columns | undefined
  #taken = 0

  /** `places` are those of the rows that are recorded, in the call; undefined where all are. */
  constructor(
    readonly answered: Answered,
    readonly model: CopiedModel,
    private readonly places: readonly number[] | undefined,
  ) {}

  /** Rows that no batch has taken yet. */
  get left(): number {
    return (this.places?.length ?? this.answered.ids.length) - this.#taken
  }

  /** Cells that the next `rows` rows take, at most. */
  cellsFor(rows: number): number {
    return CALL_CELLS + rows * this.model.cellsPerRow
  }

  /** Of the next rows, how many so many cells hold for certain. */
  rowsIn(cells: number): number {
    return Math.max(0, Math.floor((cells - CALL_CELLS) / this.model.cellsPerRow))
  }

  /** The place in the call of the next row but `offset`. */
  placeOf(offset: number): number {
    const index = this.#taken + offset
    return this.places ? this.places[index]! : index
  }

  /** Copies the next `rows` rows into a batch that has room for them; none where something of them cannot be read. */
  copy(batch: OpenBatch, rows: number): void {
    batch.whole(() => this.#write(batch, rows))
    this.#taken += rows
  }

  #write(batch: OpenBatch, rows: number): void {
    const { answered, model } = this
    const { ids, shadowOf, errors } = answered
    batch.call(answered, rows, model.isBare)
    for (let offset = 0; offset < rows; offset++) {
      const place = this.placeOf(offset)
      const error = errors.size > 0 ? errors.get(place)?.code : undefined
      batch.row(ids[place]!, shadowOf?.[place], error)
      if (!model.isBare) this.#copyValues(batch, place, error === undefined)
    }
  }

  #copyValues(batch: OpenBatch, place: number, isAnswered: boolean): void {
    const { answered, model } = this
    const { inputs } = answered
    if (Array.isArray(inputs)) model.copyInputs(inputs[place], batch)
    else this.#copyColumns(inputs as Readonly<Record<string, unknown>>, place, batch)
    if (isAnswered) model.copyOutputs(answered.outputsOf(place), batch)
  }

  #copyColumns(given: Readonly<Record<string, unknown>>, place: number, batch: OpenBatch): void {
    this.#columns ??= this.model.fields.inputs.map((field) => [field, readableColumn(field, given[field.name])])
    const { cells } = batch
    let { at } = batch
    for (const [field, column] of this.#columns) {
      const { length } = field
      if (!column) batch.mark(at++, MARK.null, 0)
      else if (length !== undefined) at = putList(field, column, place * length, (place + 1) * length, batch, at)
      else {
        const value = column[place]
        // What is no finite number leaves no zero when it is taken from itself.
        if (typeof value === 'number' && value - value === 0) cells[at++] = value
        else at = putElement(field, value, batch, at)
      }
    }
    batch.at = at
  }
}
