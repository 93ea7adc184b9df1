import * as library from 'mingo/operators/expression'
import { arithmetic } from './arithmetic.js'
import { arrays } from './arrays.js'
import { comparisons } from './comparisons.js'
import { dates } from './dates.js'
import type { Operators } from './operator.js'
import { strings } from './strings.js'

/**
 * The expression operators the store answers: those of the library whose results equal MongoDB's in the conformance
 * suite, and our own where the library's differ. Anything else is refused.
 */
export const EXPRESSIONS: Operators = {
  $literal: library.$literal,
  $let: library.$let,
  $cond: library.$cond,
  $ifNull: library.$ifNull,
  $switch: library.$switch,
  $and: library.$and,
  $or: library.$or,
  $filter: library.$filter,
  $map: library.$map,
  $reduce: library.$reduce,
  $isArray: library.$isArray,
  $mergeObjects: library.$mergeObjects,
  $objectToArray: library.$objectToArray,
  $arrayToObject: library.$arrayToObject,
  $toDouble: library.$toDouble,
  $toInt: library.$toInt,
  $toDate: library.$toDate,
  ...comparisons,
  ...arithmetic,
  ...arrays,
  ...strings,
  ...dates,
}
