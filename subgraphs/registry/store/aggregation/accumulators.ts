import { badValue, refusal } from '../faults.js'
import { compareValues, encodeKey } from '../values/keys.js'
import { isNumeric } from '../values/numbers.js'
import { requireExact } from './calculation.js'

/** What a group makes of the values of its documents, missing ones as undefined. */
export type Accumulate = (values: unknown[], operand: unknown) => unknown

/** The accumulators the store answers. */
export const ACCUMULATORS: Record<string, Accumulate> = {
  $sum: total,
  $avg: average,
  $min: smallest,
  $max: largest,
  $first: (values) => values[0] ?? null,
  $last: (values) => values.at(-1) ?? null,
  $push: (values) => values.filter((value) => value !== undefined),
  $addToSet: distinctValues,
  $count: (values) => values.length,
  $percentile: (values, operand) => percentiles(values, (operand as { p: number[] }).p),
  $median: (values) => percentiles(values, [0.5])[0],
}

export function total(values: unknown[]): number {
  return numbersOf(values).reduce((sum, value) => sum + value, 0)
}

export function average(values: unknown[]): number | null {
  const numbers = numbersOf(values)
  return numbers.length === 0 ? null : total(numbers) / numbers.length
}

export function smallest(values: unknown[]): unknown {
  return extreme(values, -1)
}

export function largest(values: unknown[]): unknown {
  return extreme(values, 1)
}

export function distinctValues(values: unknown[]): unknown[] {
  const present = values.filter((value) => value !== undefined)
  return [...new Map(present.map((value) => [encodeKey(value).toString('latin1'), value])).values()]
}

function extreme(values: unknown[], sign: 1 | -1): unknown {
  let best: unknown = null
  for (const value of values) {
    if (value === null || value === undefined) continue
    if (best === null || compareValues(value, best) * sign > 0) best = value
  }
  return best
}

/** Nearest rank, as MongoDB's `approximate` gives for groups it can sort. */
function percentiles(values: unknown[], wanted: unknown): (number | null)[] {
  if (!Array.isArray(wanted) || wanted.some((p) => typeof p !== 'number' || !(p >= 0 && p <= 1))) {
    throw badValue('$percentile needs p to be an array of numbers from 0 to 1')
  }
  const numbers = numbersOf(values).sort((a, b) => a - b)
  return wanted.map((p) => numbers[Math.max(0, Math.ceil(p * numbers.length) - 1)] ?? null)
}

function numbersOf(values: unknown[]): number[] {
  return values.filter((value) => isNumeric(value) && requireExact(value) !== undefined) as number[]
}

/** The accumulator of that name, or a refusal. */
export function accumulatorNamed(name: string): Accumulate {
  if (!Object.hasOwn(ACCUMULATORS, name)) throw refusal(`the accumulator ${name}`)
  return ACCUMULATORS[name]!
}
