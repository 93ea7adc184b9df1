import type { Answered } from './answered.js'
import { columnValue, type RecordedField, type RecordedFields, readableColumn, rowValue } from './recorded-fields.js'

/** Rows of one call that wait to be written: references, read when their turn has come. */
export interface Entry {
  readonly answered: Answered
  readonly fields: RecordedFields
  /** Share of rows that are recorded, in percent. */
  readonly sample: number
  /** Places in the call, of the rows that are recorded. */
  readonly places: readonly number[]
  inputOf(field: RecordedField, place: number): unknown
  outputOf(field: RecordedField, place: number): unknown
}

export function entryOf(given: Pick<Entry, 'answered' | 'fields' | 'sample' | 'places'>): Entry {
  const { inputs, errors } = given.answered
  const outputsAt = lastOnly(given.answered.outputsOf)
  return {
    ...given,
    inputOf: Array.isArray(inputs)
      ? (field, place) => rowValue(field, inputs[place])
      : columnReader(inputs as Readonly<Record<string, unknown>>),
    outputOf: (field, place) => (errors.has(place) ? null : rowValue(field, outputsAt(place))),
  }
}

/** Values that the entry keeps from being freed, roughly. */
export function weightOf({ places, fields }: Pick<Entry, 'places' | 'fields'>): number {
  const each = [...fields.inputs, ...fields.outputs].reduce((sum, { length = 1 }) => sum + length, 1)
  return places.length * each
}

function columnReader(columns: Readonly<Record<string, unknown>>): Entry['inputOf'] {
  const read = new Map<RecordedField, ArrayLike<unknown> | undefined>()
  return (field, place) => {
    if (!read.has(field)) read.set(field, readableColumn(field, columns[field.name]))
    return columnValue(field, read.get(field), place)
  }
}

/** Outputs are read one after the other, and making them may cost something. */
function lastOnly(outputsOf: Answered['outputsOf']): Answered['outputsOf'] {
  let last = -1
  let outputs: ReturnType<Answered['outputsOf']> = {}
  return (place) => {
    if (place !== last) outputs = outputsOf(place)
    last = place
    return outputs
  }
}
