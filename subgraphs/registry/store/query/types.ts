import { badValue } from '../faults.js'
import { bsonType, isDocument } from '../values/documents.js'
import { isNumeric, toDouble } from '../values/numbers.js'
import { isPattern } from './equality.js'
import type { LeafTest } from './matcher.js'

/** `$type` by name or number. Source: https://www.mongodb.com/docs/manual/reference/bson-types/ */
export function typeTest(operand: unknown): LeafTest {
  const wanted = (Array.isArray(operand) ? operand : [operand]).map(typeName)
  const number = wanted.includes('number')
  return (leaf) => {
    const name = typeOf(leaf)
    return wanted.includes(name) || (number && NUMBERS.has(name))
  }
}

/** The BSON type name of a typed value; `missing` for undefined. */
export function typeOf(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? 'int' : 'double'
  if (value instanceof Date) return 'date'
  if (Array.isArray(value)) return 'array'
  if (isDocument(value)) return 'object'
  return isPattern(value) ? 'regex' : (BSON_NAMES[bsonType(value) ?? ''] ?? 'object')
}

const NUMBERS = new Set(['int', 'long', 'double', 'decimal'])

const BSON_NAMES: Record<string, string> = {
  Int32: 'int',
  Long: 'long',
  Double: 'double',
  Decimal128: 'decimal',
  ObjectId: 'objectId',
  Binary: 'binData',
  Timestamp: 'timestamp',
  BSONSymbol: 'symbol',
  Code: 'javascript',
  MinKey: 'minKey',
  MaxKey: 'maxKey',
}

const CODES: Record<number, string> = {
  1: 'double',
  2: 'string',
  3: 'object',
  4: 'array',
  5: 'binData',
  7: 'objectId',
  8: 'bool',
  9: 'date',
  10: 'null',
  11: 'regex',
  13: 'javascript',
  14: 'symbol',
  16: 'int',
  17: 'timestamp',
  18: 'long',
  19: 'decimal',
  [-1]: 'minKey',
  127: 'maxKey',
}

const NAMES = new Set([...Object.values(CODES), 'number'])

function typeName(operand: unknown): string {
  const name = isNumeric(operand) ? CODES[toDouble(operand)] : operand
  if (typeof name !== 'string' || !NAMES.has(name)) throw badValue(`unknown type name or code: ${operand}`)
  return name
}
