import { badValue, StoreFault } from '../faults.js'
import { type Doc, isDocument, toPlain } from '../values/documents.js'
import { isNumeric, toDouble } from '../values/numbers.js'

/** The collection a command names: `{ find: 'models' }`. */
export function collectionName(command: Doc, field: string): string {
  const name = command[field]
  if (typeof name !== 'string' || name === '') {
    throw new StoreFault(73, 'InvalidNamespace', `the command ${field} needs the name of a collection`)
  }
  return name
}

export function documentArgument(command: Doc, field: string): Doc {
  const value = command[field]
  if (value === undefined || value === null) return {}
  if (!isDocument(value)) throw typeMismatch(field, 'a document')
  return value
}

export function documentsArgument(command: Doc, field: string): Doc[] {
  const value = command[field] ?? []
  if (!Array.isArray(value) || !value.every(isDocument)) throw typeMismatch(field, 'an array of documents')
  return value
}

/** A whole number of any BSON type; undefined when absent. */
export function wholeArgument(command: Doc, field: string): number | undefined {
  const value = command[field]
  if (value === undefined || value === null) return undefined
  const number = isNumeric(value) ? Math.trunc(toDouble(value)) : Number.NaN
  if (!Number.isSafeInteger(number)) throw typeMismatch(field, 'a whole number')
  return number
}

export function countArgument(command: Doc, field: string): number | undefined {
  const value = wholeArgument(command, field)
  if (value !== undefined && value < 0) throw badValue(`${field} must not be negative, and ${value} came`)
  return value
}

export function flagArgument(command: Doc, field: string): boolean {
  const value = toPlain(command[field])
  return value === true || (typeof value === 'number' && value !== 0)
}

function typeMismatch(field: string, expected: string): StoreFault {
  return new StoreFault(14, 'TypeMismatch', `the field '${field}' must be ${expected}`)
}
