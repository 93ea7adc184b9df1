import type { Answered } from './answered.js'
import { columnValue, type RecordedField, type RecordedFields, readableColumn, rowValue } from './recorded-fields.js'

/** How a model is recorded. */
export interface RecordedModel {
  readonly fields: RecordedFields
  /** Share of rows, in percent. */
  readonly sample: number
}

/** Rows of one call that wait to be written: references, read when their turn has come. */
export class Entry {
  #columns: Map<RecordedField, ArrayLike<unknown> | undefined> | undefined
  /** Outputs are read one after the other, and making them may cost something. */
  #lastPlace = -1
  #lastOutputs: Readonly<Record<string, unknown>> | undefined

  /** `places` are those of the rows that are recorded, in the call. */
  constructor(
    readonly answered: Answered,
    readonly model: RecordedModel,
    readonly places: readonly number[],
  ) {}

  /** Values that it keeps from being freed, roughly. */
  get weight(): number {
    return this.places.length * this.model.fields.valuesPerRow
  }

  inputOf(field: RecordedField, place: number): unknown {
    const { inputs } = this.answered
    if (Array.isArray(inputs)) return rowValue(field, inputs[place])
    return columnValue(field, this.#columnOf(field, inputs as Readonly<Record<string, unknown>>), place)
  }

  outputOf(field: RecordedField, place: number): unknown {
    const { errors, outputsOf } = this.answered
    if (errors.has(place)) return null
    if (place !== this.#lastPlace) this.#lastOutputs = outputsOf(place)
    this.#lastPlace = place
    return rowValue(field, this.#lastOutputs)
  }

  #columnOf(field: RecordedField, columns: Readonly<Record<string, unknown>>): ArrayLike<unknown> | undefined {
    this.#columns ??= new Map()
    if (!this.#columns.has(field)) this.#columns.set(field, readableColumn(field, columns[field.name]))
    return this.#columns.get(field)
  }
}
