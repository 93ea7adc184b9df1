import { badValue, StoreFault } from '../faults.js'
import { compileCondition, compileFilter, type ExpressionTest } from '../query/matcher.js'
import { parseSort, sortBy } from '../query/sorting.js'
import { type Doc, isDocument, isOperatorDocument } from '../values/documents.js'
import { sameValue } from '../values/keys.js'
import { isNumeric, toDouble } from '../values/numbers.js'

/** `$push` with `$each`, `$position`, `$sort` and `$slice`. */
export function push(current: unknown, operand: unknown): unknown[] {
  const values = [...arrayOf('$push', current)]
  if (!isDocument(operand) || !('$each' in operand)) return [...values, operand]
  const { $each, $position, $sort, $slice, ...others } = operand
  if (!Array.isArray($each)) throw badValue('$each must be an array')
  if (Object.keys(others).length > 0) throw badValue(`unrecognized clause in $push: ${Object.keys(others)[0]}`)
  values.splice($position === undefined ? values.length : whole('$position', $position), 0, ...$each)
  const sorted = $sort === undefined ? values : sortElements(values, $sort)
  if ($slice === undefined) return sorted
  const keep = whole('$slice', $slice)
  return keep < 0 ? sorted.slice(keep) : sorted.slice(0, keep)
}

/** `$addToSet`, with `$each`. */
export function addToSet(current: unknown, operand: unknown): unknown[] {
  const values = [...arrayOf('$addToSet', current)]
  const each = isDocument(operand) && '$each' in operand ? operand.$each : [operand]
  if (!Array.isArray(each)) throw badValue('$each must be an array')
  for (const item of each) if (!values.some((value) => sameValue(value, item))) values.push(item)
  return values
}

/** `$pull`: a value, a condition on the elements, or a filter on elements that are documents. */
export function pull(current: unknown, operand: unknown, expressionTest: ExpressionTest): unknown[] {
  const matches = pullTest(operand, expressionTest)
  return arrayOf('$pull', current).filter((value) => !matches(value))
}

export function pullAll(current: unknown, operand: unknown): unknown[] {
  if (!Array.isArray(operand)) throw badValue('$pullAll requires an array argument')
  return arrayOf('$pullAll', current).filter((value) => !operand.some((item) => sameValue(value, item)))
}

/** `$pop`: 1 removes the last element, -1 the first. */
export function pop(current: unknown, operand: unknown): unknown[] {
  const end = isNumeric(operand) ? toDouble(operand) : 0
  if (end !== 1 && end !== -1) throw badValue('$pop expects 1 or -1')
  const values = arrayOf('$pop', current)
  return end === 1 ? values.slice(0, -1) : values.slice(1)
}

function arrayOf(operator: string, current: unknown): unknown[] {
  if (current === undefined) return []
  if (Array.isArray(current)) return current
  throw new StoreFault(2, 'BadValue', `${operator} needs an array, and the field holds another type`)
}

function whole(name: string, value: unknown): number {
  const number = isNumeric(value) ? toDouble(value) : Number.NaN
  if (!Number.isInteger(number)) throw badValue(`${name} must be a whole number`)
  return number
}

function sortElements(values: unknown[], order: unknown): unknown[] {
  if (isDocument(order)) {
    return sortBy(values, parseSort(order), (item) => (isDocument(item) ? item : {}))
  }
  return sortBy(values, parseSort({ item: order }), (item): Doc => ({ item: Array.isArray(item) ? [item] : item }))
}

function pullTest(operand: unknown, expressionTest: ExpressionTest): (item: unknown) => boolean {
  if (isOperatorDocument(operand) && !Object.keys(operand).some((name) => ['$and', '$or', '$nor'].includes(name))) {
    const condition = compileCondition(operand, expressionTest)
    return (item) => condition.alone(item)
  }
  if (isDocument(operand)) {
    const filter = compileFilter(operand, expressionTest)
    return (item) => isDocument(item) && filter(item)
  }
  if (Array.isArray(operand)) return (item) => sameValue(item, operand)
  const condition = compileCondition(operand, expressionTest)
  return (item) => condition.alone(item)
}
