import { BSONRegExp } from 'bson'
import { type Doc, isDocument, isOperatorDocument } from '../values/documents.js'
import { encodeKey, NULL_KEY, TYPE } from '../values/keys.js'

/** What a filter demands of one path, as keys. Everything here must hold; documents are still tested against the filter. */
export interface Condition {
  /** The value is one of these keys. */
  points?: Buffer[]
  lower?: Bound
  upper?: Bound
}

export interface Bound {
  key: Buffer
  inclusive: boolean
}

/** The conditions an index can use, by path: from the top level, `$and`, and `$elemMatch` over documents. */
export function conditionsOf(filter: Doc): Map<string, Condition> {
  const conditions = new Map<string, Condition>()
  collect(filter, '', conditions)
  return conditions
}

/** True when null or a missing field could satisfy the condition, which a sparse index does not hold. */
export function allowsMissing(condition: Condition): boolean {
  return condition.points?.some((key) => key.equals(NULL_KEY)) ?? !(condition.lower || condition.upper)
}

function collect(filter: Doc, prefix: string, into: Map<string, Condition>): void {
  for (const [field, value] of Object.entries(filter)) {
    if (field === '$and' && Array.isArray(value))
      for (const part of value) isDocument(part) && collect(part, prefix, into)
    if (field.startsWith('$')) continue
    const path = prefix + field
    const condition = into.get(path) ?? {}
    into.set(path, condition)
    const operators = isOperatorDocument(value) ? value : { $eq: value }
    for (const [operator, operand] of Object.entries(operators)) narrow(condition, operator, operand, path, into)
  }
}

function narrow(condition: Condition, operator: string, operand: unknown, path: string, into: Map<string, Condition>) {
  if (operator === '$in' && Array.isArray(operand) && operand.every(isPoint))
    condition.points ??= operand.map(encodeKey)
  if (operator === '$elemMatch' && isDocument(operand) && !isOperatorDocument(operand))
    collect(operand, `${path}.`, into)
  if (!isPoint(operand)) return
  if (operator === '$eq') condition.points ??= [encodeKey(operand)]
  if (!isBound(operand)) return
  if (operator === '$gt' || operator === '$gte') condition.lower ??= bound(operand, operator === '$gte')
  if (operator === '$lt' || operator === '$lte') condition.upper ??= bound(operand, operator === '$lte')
}

function bound(operand: unknown, inclusive: boolean): Bound {
  return { key: encodeKey(operand), inclusive }
}

/** An array also equals as a whole, and a pattern matches many: neither is one key. */
function isPoint(operand: unknown): boolean {
  return (
    operand !== undefined && !Array.isArray(operand) && !(operand instanceof RegExp) && !(operand instanceof BSONRegExp)
  )
}

/** Null and the extremes of the order are not compared within a type. */
function isBound(operand: unknown): boolean {
  const type = encodeKey(operand)[0]
  return type !== TYPE.null && type !== TYPE.minKey && type !== TYPE.maxKey
}
