import { evalExpr } from 'mingo/core'
import type { Options } from 'mingo/types'
import { badValue } from '../faults.js'
import { compareValues, sameValue } from '../values/keys.js'
import { isTrue } from './calculation.js'
import type { Operator, Operators } from './operator.js'

/** Comparisons in BSON order, across types, arrays as a whole; a missing field sorts before null. */
export const comparisons: Operators = {
  $eq: compared((order) => order === 0),
  $ne: compared((order) => order !== 0),
  $gt: compared((order) => order > 0),
  $gte: compared((order) => order >= 0),
  $lt: compared((order) => order < 0),
  $lte: compared((order) => order <= 0),
  $cmp: compared((order) => Math.sign(order)),
  $not: (doc: unknown, expression: unknown, options) => {
    const [operand] = argumentsOf('$not', doc, Array.isArray(expression) ? expression : [expression], options, 1)
    return !isTrue(operand)
  },
  $in: (doc: unknown, expression: unknown, options) => {
    const [value, list] = argumentsOf('$in', doc, expression, options, 2)
    if (!Array.isArray(list)) throw badValue('$in requires an array as a second argument')
    return list.some((item) => sameValue(item, value))
  },
}

/** Evaluates exactly `count` arguments. */
export function argumentsOf(
  name: string,
  doc: unknown,
  expression: unknown,
  options: Options,
  count: number,
): unknown[] {
  if (!Array.isArray(expression) || expression.length !== count) {
    throw badValue(`${name} takes exactly ${count} argument${count === 1 ? '' : 's'}`)
  }
  return evalExpr(doc as object, expression, options) as unknown[]
}

function compared(result: (order: number) => unknown): Operator {
  return (doc: unknown, expression: unknown, options) => {
    const [a, b] = argumentsOf('a comparison', doc, expression, options, 2)
    return result(order(a, b))
  }
}

function order(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  return compareValues(a, b)
}
