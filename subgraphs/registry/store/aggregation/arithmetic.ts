import * as library from 'mingo/operators/expression/arithmetic'
import { badValue } from '../faults.js'
import { average, largest, smallest, total } from './accumulators.js'
import { requireExact } from './calculation.js'
import { isNil, type Operator, type Operators, unary, variadic } from './operator.js'

/** Arithmetic on doubles. Null or a missing operand gives null. */
export const arithmetic: Operators = {
  $add: library.$add,
  $subtract: library.$subtract,
  $multiply: library.$multiply,
  $divide: library.$divide,
  $mod: variadic(([a, b]) => (isNil(a) || isNil(b) ? null : remainder(number('$mod', a), number('$mod', b)))),
  $abs: onNumber('$abs', Math.abs),
  $ceil: onNumber('$ceil', Math.ceil),
  $floor: onNumber('$floor', Math.floor),
  $sqrt: onNumber('$sqrt', root),
  $pow: variadic(([a, b]) => (isNil(a) || isNil(b) ? null : number('$pow', a) ** number('$pow', b))),
  $round: variadic(([value, place]) => (isNil(value) ? null : round(number('$round', value), Number(place ?? 0)))),
  $sum: variadic((values) => total(flattenOne(values))),
  $avg: variadic((values) => average(flattenOne(values))),
  $min: variadic((values) => smallest(flattenOne(values))),
  $max: variadic((values) => largest(flattenOne(values))),
}

function onNumber(name: string, calculate: (value: number) => number): Operator {
  return unary((value) => (isNil(value) ? null : calculate(number(name, value))))
}

function number(name: string, value: unknown): number {
  if (typeof requireExact(value) !== 'number') throw badValue(`${name} only supports numeric types`)
  return value as number
}

function remainder(a: number, b: number): number {
  if (b === 0) throw badValue("can't $mod by zero")
  return a % b
}

function root(value: number): number {
  if (value < 0) throw badValue("$sqrt's argument must be greater than or equal to 0")
  return Math.sqrt(value)
}

/** Half to even, at a decimal place from -20 to 100; the decimal text of the double decides what is half. */
function round(value: number, place: number): number {
  if (!Number.isInteger(place) || place < -20 || place > 100) throw badValue('$round places must be within -20 and 100')
  if (!Number.isFinite(value)) return value
  const scaled = shift(value, place)
  if (!Number.isFinite(scaled)) return value
  const floor = Math.floor(scaled)
  const rest = scaled - floor
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0)
  return shift(up ? floor + 1 : floor, -place)
}

function shift(value: number, places: number): number {
  const [mantissa, exponent = '0'] = String(value).split('e')
  return Number(`${mantissa}e${Number(exponent) + places}`)
}

/** `{ $sum: '$list' }` adds the list's elements, `{ $sum: ['$a', '$b'] }` its operands. */
function flattenOne(values: unknown[]): unknown[] {
  return values.length === 1 && Array.isArray(values[0]) ? values[0] : values
}
