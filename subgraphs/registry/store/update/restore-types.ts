import { Long } from 'bson'
import { bsonType, isDocument } from '../values/documents.js'
import { sameValue } from '../values/keys.js'

/** Gives calculated values the BSON types the document had: what did not change is as it was, an int64 stays one. */
export function restoreTypes(before: unknown, after: unknown): unknown {
  if (isDocument(before) && isDocument(after)) {
    return Object.fromEntries(
      Object.entries(after).map(([field, value]) => [field, restoreTypes(before[field], value)]),
    )
  }
  if (Array.isArray(before) && Array.isArray(after)) return after.map((value, n) => restoreTypes(before[n], value))
  if (before === undefined || after === undefined) return after
  if (sameValue(before, after)) return before
  return bsonType(before) === 'Long' && Number.isSafeInteger(after) ? Long.fromNumber(after as number) : after
}
