import * as library from 'mingo/operators/expression/array'
import { badValue } from '../faults.js'
import { isNil, type Operators, unary, variadic } from './operator.js'

/** Operators on arrays. Null gives null except in `$size`, which demands an array. */
export const arrays: Operators = {
  $arrayElemAt: library.$arrayElemAt,
  $concatArrays: library.$concatArrays,
  $slice: library.$slice,
  $first: unary((value) => (isNil(value) ? null : array('$first', value)[0])),
  $last: unary((value) => (isNil(value) ? null : array('$last', value).at(-1))),
  $reverseArray: unary((value) => (isNil(value) ? null : [...array('$reverseArray', value)].reverse())),
  $size: unary((value) => array('$size', value).length),
  $range: variadic(([start, end, step = 1]) => range(Number(start), Number(end), Number(step))),
}

const MAX_RANGE = 1_000_000

function array(name: string, value: unknown): unknown[] {
  if (!Array.isArray(value)) throw badValue(`the argument to ${name} must be an array`)
  return value
}

function range(start: number, end: number, step: number): number[] {
  if (![start, end, step].every(Number.isInteger) || step === 0)
    throw badValue('$range needs integers, and a step not 0')
  const length = Math.max(0, Math.ceil((end - start) / step))
  if (length > MAX_RANGE) throw badValue(`$range may have ${MAX_RANGE} elements at most`)
  return Array.from({ length }, (_, n) => start + n * step)
}
