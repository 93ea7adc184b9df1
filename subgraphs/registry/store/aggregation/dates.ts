import * as library from 'mingo/operators/expression/date'
import { badValue, refusal } from '../faults.js'
import { isNil, named, type Operators, unary } from './operator.js'

/** Operators on dates, in UTC. Units whose length varies are refused where the library rounds them differently. */
export const dates: Operators = {
  $dateTrunc: library.$dateTrunc,
  $dateToString: library.$dateToString,
  $dateAdd: named(({ startDate, unit, amount }) => shift(startDate, unit, amount, 1)),
  $dateSubtract: named(({ startDate, unit, amount }) => shift(startDate, unit, amount, -1)),
  $dateDiff: named(({ startDate, endDate, unit }) => boundaries(startDate, endDate, unit)),
  $year: part((date) => date.getUTCFullYear()),
  $month: part((date) => date.getUTCMonth() + 1),
  $dayOfMonth: part((date) => date.getUTCDate()),
  $dayOfWeek: part((date) => date.getUTCDay() + 1),
  $hour: part((date) => date.getUTCHours()),
  $minute: part((date) => date.getUTCMinutes()),
  $second: part((date) => date.getUTCSeconds()),
  $millisecond: part((date) => date.getUTCMilliseconds()),
}

const MILLIS: Record<string, number> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
}

function part(read: (date: Date) => number) {
  return unary((value) => (isNil(value) ? null : read(dateOf(value))))
}

function shift(start: unknown, unit: unknown, amount: unknown, sign: 1 | -1): Date | null {
  if (isNil(start) || isNil(unit) || isNil(amount)) return null
  const millis = MILLIS[String(unit)]
  if (millis === undefined) throw refusal(`adding the unit '${unit}' to a date`)
  if (!Number.isInteger(amount)) throw badValue('the amount of $dateAdd must be an integer')
  return new Date(dateOf(start).getTime() + sign * (amount as number) * millis)
}

/** How many boundaries of the unit lie between two dates, as MongoDB counts. */
function boundaries(start: unknown, end: unknown, unit: unknown): number | null {
  if (isNil(start) || isNil(end) || isNil(unit)) return null
  const millis = MILLIS[String(unit)]
  if (millis === undefined || unit === 'week') throw refusal(`$dateDiff in the unit '${unit}'`)
  return Math.floor(dateOf(end).getTime() / millis) - Math.floor(dateOf(start).getTime() / millis)
}

function dateOf(value: unknown): Date {
  if (!(value instanceof Date)) throw badValue('a date expression needs a date')
  return value
}
