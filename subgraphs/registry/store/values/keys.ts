import type { Binary, BSONRegExp, BSONSymbol, Code, DBRef, ObjectId, Timestamp } from 'bson'
import { badValue } from '../faults.js'
import { bsonType, isDocument } from './documents.js'
import { KeyWriter } from './key-writer.js'
import { isNumeric, remainderOf, toDouble } from './numbers.js'

/**
 * The first byte of a key: MongoDB's order of types.
 * Source: https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
export const TYPE = {
  minKey: 0x08,
  emptyArray: 0x18,
  null: 0x20,
  number: 0x30,
  string: 0x40,
  document: 0x50,
  array: 0x60,
  binary: 0x70,
  objectId: 0x80,
  boolean: 0x90,
  date: 0xa0,
  timestamp: 0xb0,
  regex: 0xc0,
  code: 0xd0,
  maxKey: 0xf0,
} as const

/** Order-preserving bytes of a BSON value: comparing two keys as bytes is comparing the values as MongoDB does. */
export function encodeKey(value: unknown): Buffer {
  const writer = new KeyWriter()
  write(writer, value)
  return writer.finish()
}

/** An empty array in an index sorts before null and equals neither null nor a value. */
export const EMPTY_ARRAY_KEY = Buffer.of(TYPE.emptyArray)
export const NULL_KEY = Buffer.of(TYPE.null)

/** MongoDB's order of two values of any types: negative, zero or positive. */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number' && !Number.isNaN(a) && !Number.isNaN(b)) return a - b || 0
  return Buffer.compare(encodeKey(a), encodeKey(b))
}

export function sameValue(a: unknown, b: unknown): boolean {
  return a === b || compareValues(a, b) === 0
}

function write(out: KeyWriter, value: unknown): void {
  if (value === null || value === undefined) out.byte(TYPE.null)
  else if (typeof value === 'string') out.byte(TYPE.string).text(value)
  else if (isNumeric(value)) writeNumber(out, value)
  else if (typeof value === 'boolean') out.byte(TYPE.boolean).byte(value ? 1 : 0)
  else if (value instanceof Date) out.byte(TYPE.date).int64(dateMillis(value))
  else if (value instanceof RegExp) out.byte(TYPE.regex).text(value.source).text(value.flags)
  else if (Array.isArray(value)) writeArray(out, value)
  else if (isDocument(value)) writeDocumentKey(out, value)
  else writeBson(out, value as object)
}

function writeNumber(out: KeyWriter, value: Parameters<typeof toDouble>[0]): void {
  const nearest = toDouble(value)
  // A finite decimal beyond the range of a double sorts just inside infinity.
  const overflown = !Number.isFinite(nearest) && /^-?\d/.test(value.toString())
  const bounded = overflown ? Math.sign(nearest) * Number.MAX_VALUE : nearest
  out.byte(TYPE.number).double(bounded)
  out.remainder(remainderOf(value, bounded))
}

function writeArray(out: KeyWriter, values: unknown[]): void {
  out.byte(TYPE.array)
  for (const value of values) write(out, value)
  out.byte(0)
}

/** Documents compare field by field: first the type, then the name, then the value. */
function writeDocumentKey(out: KeyWriter, doc: Record<string, unknown>): void {
  out.byte(TYPE.document)
  for (const [field, value] of Object.entries(doc)) {
    if (value === undefined) continue
    const key = encodeKey(value)
    out.byte(key[0]!).text(field).bytes(key.subarray(1))
  }
  out.byte(0)
}

function writeBson(out: KeyWriter, value: object): void {
  const writer = BSON_WRITERS[bsonType(value) ?? '']
  if (!writer) throw badValue(`a value of type ${value.constructor?.name ?? 'unknown'} can't be compared`)
  writer(out, value as never)
}

const BSON_WRITERS: Record<string, (out: KeyWriter, value: never) => void> = {
  ObjectId: (out, value: ObjectId) => out.byte(TYPE.objectId).bytes(value.id),
  Binary: (out, value: Binary) => writeBinary(out, value),
  Timestamp: (out, value: Timestamp) => out.byte(TYPE.timestamp).int64(value.toBigInt() ^ (1n << 63n)),
  BSONRegExp: (out, value: BSONRegExp) => out.byte(TYPE.regex).text(value.pattern).text(value.options),
  BSONSymbol: (out, value: BSONSymbol) => out.byte(TYPE.string).text(value.value),
  Code: (out, value: Code) => out.byte(TYPE.code).text(value.code),
  DBRef: (out, value: DBRef) => writeDocumentKey(out, { $ref: value.collection, $id: value.oid, ...value.fields }),
  MinKey: (out) => out.byte(TYPE.minKey),
  MaxKey: (out) => out.byte(TYPE.maxKey),
}

function writeBinary(out: KeyWriter, value: Binary): void {
  const bytes = value.buffer.subarray(0, value.position)
  out.byte(TYPE.binary).uint32(bytes.length).byte(value.sub_type).bytes(bytes)
}

function dateMillis(value: Date): bigint {
  const millis = value.getTime()
  return Number.isNaN(millis) ? -(1n << 63n) : BigInt(millis)
}
