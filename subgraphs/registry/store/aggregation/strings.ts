import * as library from 'mingo/operators/expression/string'
import { badValue } from '../faults.js'
import { compilePattern } from '../query/patterns.js'
import { bsonType } from '../values/documents.js'
import { isNil, named, type Operators, unary } from './operator.js'

/** Operators on strings. */
export const strings: Operators = {
  $concat: library.$concat,
  $split: library.$split,
  $substrCP: library.$substrCP,
  $strLenCP: library.$strLenCP,
  $toLower: unary((value) => textOf(value).toLowerCase()),
  $toUpper: unary((value) => textOf(value).toUpperCase()),
  $toString: unary((value) => (isNil(value) ? null : textOf(value))),
  $trim: named(({ input, chars }) => (isNil(input) ? null : trim(input, chars))),
  $regexMatch: named(({ input, regex, options }) => {
    if (isNil(input) || isNil(regex)) return false
    if (typeof input !== 'string') throw badValue('$regexMatch needs input to be a string')
    return compilePattern(regex as string | RegExp, (options as string | undefined) ?? '')(input)
  }),
}

function textOf(value: unknown): string {
  if (isNil(value)) return ''
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value instanceof Date) return value.toISOString()
  if (bsonType(value) === 'ObjectId' || bsonType(value) === 'Long') return String(value)
  throw badValue('only strings, numbers, booleans, dates and object ids convert to a string')
}

function trim(input: unknown, chars: unknown): string {
  if (typeof input !== 'string') throw badValue('$trim needs input to be a string')
  if (isNil(chars)) return input.trim()
  const cut = new Set(String(chars))
  const points = [...input]
  const start = points.findIndex((point) => !cut.has(point))
  const end = points.findLastIndex((point) => !cut.has(point))
  return start === -1 ? '' : points.slice(start, end + 1).join('')
}
