import { IMAGE_CELLS, MARK } from './batch.js'
import type { OpenBatch } from './open-batch.js'
import { type RecordedField, shortened } from './recorded-fields.js'

/** Copies what is recorded of a row's inputs or outputs into a batch that has room for it, whatever the row is. */
export type RowCopier = (row: unknown, batch: OpenBatch) => void

/**
 * Generates the copier of these fields: a loop over names costs several times as much. Like that of the tensors, the source
 * holds nothing of the contract but property names, quoted by JSON.stringify.
 */
export function generateRowCopier(fields: readonly RecordedField[]): RowCopier {
  const source = [
    'return (given, batch) => {',
    '  const row = given ?? nothing, cells = batch.cells',
    '  let at = batch.at, v',
    ...fields.map((field, index) => `  ${copySource(field, index)}`),
    '  batch.at = at',
    '}',
  ]
  return new Function('fields', 'nothing', 'put', source.join('\n'))(fields, {}, putValue) as RowCopier
}

function copySource({ name, length }: RecordedField, index: number): string {
  const value = `row[${JSON.stringify(name)}]`
  const put = (given: string) => `at = put(fields[${index}], ${given}, batch, at)`
  if (length !== undefined) return put(value)
  // What is no finite number leaves no zero when it is taken from itself.
  return `v = ${value}; if (typeof v === 'number' && v - v === 0) cells[at++] = v; else ${put('v')}`
}

/** Most cells that a row's values take. */
export function cellsOf(fields: readonly RecordedField[]): number {
  return fields.reduce((sum, { length, image }) => {
    const each = image ? IMAGE_CELLS : 1
    return sum + (length === undefined ? each : 1 + each * length)
  }, 0)
}

/** Puts a feature's or output's value of a row from cell `at` on; answers the cell after it. */
function putValue(field: RecordedField, value: unknown, batch: OpenBatch, at: number): number {
  if (field.length === undefined) return putElement(field, value, batch, at)
  if (!Array.isArray(value) || value.length > field.length) return putElement(field, null, batch, at)
  return putList(field, value, 0, value.length, batch, at)
}

/** Puts the elements of a list from `from` (inclusive) to `to` (exclusive), as one value. */
export function putList(
  field: RecordedField,
  elements: ArrayLike<unknown>,
  from: number,
  to: number,
  batch: OpenBatch,
  at: number,
): number {
  batch.mark(at++, MARK.list, to - from)
  for (let index = from; index < to; index++) at = putElement(field, elements[index], batch, at)
  return at
}

/** Images are handed on whole: their digest is made where there is time for it. */
export function putElement(field: RecordedField, value: unknown, batch: OpenBatch, at: number): number {
  if (typeof value === 'number' && Number.isFinite(value)) batch.cells[at] = value
  else if (typeof value === 'string') {
    if (field.image) {
      batch.image(at, value)
      return at + IMAGE_CELLS
    }
    batch.text(at, shortened(value, field.longestText))
  } else batch.mark(at, typeof value === 'boolean' ? (value ? MARK.true : MARK.false) : MARK.null, 0)
  return at + 1
}
