import type { Answered } from './answered.js'
import type { RecordedColumn } from './recorded-column.js'
import { columnValue, type RecordedField, type RecordedFields, readableColumn, rowValue } from './recorded-fields.js'

/** How a model is recorded. */
export interface RecordedModel {
  readonly fields: RecordedFields
  /** Share of rows, in percent. */
  readonly sample: number
}

/** Rows of one call that wait to be put into a chunk: references to what came and what was answered. */
export class Entry {
  #columns: Map<RecordedField, ArrayLike<unknown> | undefined> | undefined
  #taken = 0

  /** `places` are those of the rows that are recorded, in the call; undefined where all are. */
  constructor(
    readonly answered: Answered,
    readonly model: RecordedModel,
    private readonly places: readonly number[] | undefined,
  ) {}

  /** Rows that no chunk has taken yet. */
  get left(): number {
    return (this.places?.length ?? this.answered.ids.length) - this.#taken
  }

  /** The place in the call of a row among those that are left. */
  placeOf(row: number): number {
    const index = this.#taken + row
    return this.places ? this.places[index]! : index
  }

  /** Of values by place, those of the next `rows` rows. */
  nextOf<T>(values: readonly T[], rows: number): T[] {
    return Array.from({ length: rows }, (_, row) => values[this.placeOf(row)]!)
  }

  /** So many rows are in a chunk. */
  took(rows: number): void {
    this.#taken += rows
  }

  /** Puts the feature's values of the next `rows` rows into the column, from its row `at` on. */
  putInput(field: RecordedField, rows: number, column: RecordedColumn, at: number): void {
    const { inputs } = this.answered
    if (Array.isArray(inputs)) {
      for (let row = 0; row < rows; row++) column.put(at + row, rowValue(field, inputs[this.placeOf(row)]))
      return
    }
    const given = this.#columnOf(field, inputs as Readonly<Record<string, unknown>>)
    for (let row = 0; row < rows; row++) column.put(at + row, columnValue(field, given, this.placeOf(row)))
  }

  /** What was answered to the next `rows` rows; null where one failed. */
  outputs(rows: number): readonly (Readonly<Record<string, unknown>> | null)[] {
    const { errors, outputsOf } = this.answered
    const outputs = new Array<Readonly<Record<string, unknown>> | null>(rows)
    for (let row = 0; row < rows; row++) {
      const place = this.placeOf(row)
      outputs[row] = errors.has(place) ? null : outputsOf(place)
    }
    return outputs
  }

  #columnOf(field: RecordedField, columns: Readonly<Record<string, unknown>>): ArrayLike<unknown> | undefined {
    this.#columns ??= new Map()
    if (!this.#columns.has(field)) this.#columns.set(field, readableColumn(field, columns[field.name]))
    return this.#columns.get(field)
  }
}
