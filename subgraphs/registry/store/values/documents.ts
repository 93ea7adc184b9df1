import { type DeserializeOptions, deserialize, serialize } from 'bson'
import { tooLarge } from '../faults.js'

/** A document with every BSON type kept: `Int32`, `Double`, `Long`, `Decimal128`, `BSONRegExp`, … as bson's classes. */
export type Doc = { [field: string]: unknown }

/** The largest document MongoDB stores, in bytes. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024

/** Reads BSON without losing a type, so that what is written back is what was stored. */
export function readTyped(raw: Uint8Array): Doc {
  return deserialize(raw, TYPED)
}

/** Reads BSON into the plain JavaScript values that expressions calculate with; int64 beyond 2^53 stays `Long`. */
export function readPlain(raw: Uint8Array): Doc {
  return deserialize(raw, PLAIN)
}

/** Serializes a document; refuses one of more than 16 MiB. */
export function writeDocument(doc: Doc): Buffer {
  const raw = serialize(doc, { ignoreUndefined: true })
  if (raw.length > MAX_DOCUMENT_BYTES) throw tooLarge(raw.length)
  return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
}

/** True for an embedded document, false for arrays, null and every other BSON type. */
export function isDocument(value: unknown): value is Doc {
  if (value === null || typeof value !== 'object') return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** True for `{ $gt: 1 }`; false for `{ a: 1 }`, `{}` and a DBRef. */
export function isOperatorDocument(value: unknown): value is Doc {
  if (!isDocument(value)) return false
  const [first] = Object.keys(value)
  return first?.startsWith('$') === true && !DBREF_FIELDS.has(first)
}

/** The bson class name of a value (`Long`, `ObjectId`, …), or undefined for a JavaScript value. */
export function bsonType(value: unknown): string | undefined {
  if (value === null || typeof value !== 'object' || !('_bsontype' in value)) return undefined
  const type: unknown = value._bsontype
  return typeof type === 'string' && !isDocument(value) ? type : undefined
}

/** Turns a typed value into the plain one `readPlain` would have given. */
export function toPlain(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(toPlain)
  if (isDocument(value)) return Object.fromEntries(Object.entries(value).map(([field, item]) => [field, toPlain(item)]))
  return bsonType(value) === undefined ? value : (readPlain(serialize({ value })).value as unknown)
}

const TYPED: DeserializeOptions = { promoteValues: false, promoteBuffers: false, bsonRegExp: true }
const PLAIN: DeserializeOptions = { promoteBuffers: false }
const DBREF_FIELDS = new Set(['$ref', '$id', '$db'])
