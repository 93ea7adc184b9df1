import { BSONRegExp } from 'bson'
import { badValue } from '../faults.js'
import { bsonType } from '../values/documents.js'
import { encodeKey, TYPE } from '../values/keys.js'
import { isNumeric } from '../values/numbers.js'
import type { LeafTest } from './matcher.js'
import { compilePattern } from './patterns.js'

/** Equality as MongoDB has it: 1, 1.0 and int64 1 are equal, null also equals a missing field. */
export function equalTo(operand: unknown): LeafTest {
  if (operand === null || operand === undefined) return (leaf) => leaf === null || leaf === undefined
  if (typeof operand === 'string' || typeof operand === 'boolean') return (leaf) => leaf === operand
  const key = encodeKey(operand)
  return (leaf) => sameKind(leaf, operand) && key.equals(encodeKey(leaf))
}

/** `$gt`, `$gte`, `$lt`, `$lte`: values of another type never pass, and NaN only equals NaN. */
export function comparedTo(operand: unknown, accept: (order: number) => boolean): LeafTest {
  if (isPattern(operand)) throw badValue('a regular expression can not be an operand of a comparison')
  if (operand === null || operand === undefined) return (leaf) => (leaf ?? null) === null && accept(0)
  const key = encodeKey(operand)
  const anyType = key[0] === TYPE.minKey || key[0] === TYPE.maxKey
  const nan = isNaNKey(key)
  return (leaf) => {
    if (leaf === undefined || (!anyType && !sameKind(leaf, operand))) return false
    const other = encodeKey(leaf)
    if (!anyType && other[0] !== key[0]) return false
    if (nan || isNaNKey(other)) return nan && isNaNKey(other) && accept(0)
    return accept(Buffer.compare(other, key))
  }
}

/** A test when the operand is a regular expression, which matches strings and equals itself; otherwise undefined. */
export function patternTest(operand: unknown): LeafTest | undefined {
  if (!isPattern(operand)) return undefined
  const matches = compilePattern(operand)
  const same = encodeKey(operand)
  return (leaf) => (typeof leaf === 'string' ? matches(leaf) : isPattern(leaf) && same.equals(encodeKey(leaf)))
}

export function isPattern(value: unknown): value is RegExp | BSONRegExp {
  return value instanceof RegExp || value instanceof BSONRegExp || bsonType(value) === 'BSONRegExp'
}

/** A cheap check before two values are encoded for comparison. */
function sameKind(a: unknown, b: unknown): boolean {
  if (a === null || a === undefined) return false
  return typeof a === typeof b || (isNumeric(a) && isNumeric(b)) || bsonType(b) === 'BSONSymbol'
}

function isNaNKey(key: Buffer): boolean {
  return key[0] === TYPE.number && key.readBigUInt64BE(1) === 0n
}
