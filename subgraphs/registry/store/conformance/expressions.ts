import mongoose from 'mongoose'
import { expect, it } from 'vitest'
import { freshCollection, type Thing } from './fresh-collection.js'
import type { Subject } from './suite.js'

const ID = new mongoose.mongo.ObjectId('65a000000000000000000001')
const AT = new Date('2026-03-05T07:08:09.010Z')

const DOCUMENT: Thing = {
  a: 7,
  b: -2.5,
  s: 'Héllo',
  nul: null,
  list: [3, 1, 2],
  docs: [
    { k: 'x', v: 1 },
    { k: 'y', v: 2 },
  ],
  sub: { p: 1, q: 2 },
  at: AT,
  id: ID,
  empty: '',
}

type Case = [name: string, expression: unknown, result: unknown]

/** undefined stands for a field that is left out. */
export const EXPRESSION_CASES: Case[] = [
  ['a path through documents', '$sub.p', 1],
  ['a path through an array', '$docs.k', ['x', 'y']],
  ['$$ROOT', '$$ROOT.a', 7],
  ['$$REMOVE', '$$REMOVE', undefined],
  ['$literal', { $literal: '$a' }, '$a'],
  ['$add', { $add: ['$a', 1, 2] }, 10],
  ['$add null', { $add: ['$a', '$nul'] }, null],
  ['$add to a date', { $add: ['$at', 1000] }, new Date(AT.getTime() + 1000)],
  ['$subtract', { $subtract: ['$a', 2] }, 5],
  ['$subtract dates', { $subtract: ['$at', new Date(AT.getTime() - 5)] }, 5],
  ['$multiply', { $multiply: ['$a', '$b'] }, -17.5],
  ['$divide', { $divide: ['$a', 2] }, 3.5],
  ['$mod', { $mod: ['$a', 4] }, 3],
  ['$mod null', { $mod: ['$nul', 4] }, null],
  ['$abs', { $abs: '$b' }, 2.5],
  ['$ceil', { $ceil: '$b' }, -2],
  ['$floor', { $floor: '$b' }, -3],
  ['$sqrt', { $sqrt: 9 }, 3],
  ['$pow', { $pow: ['$a', 2] }, 49],
  ['$round half to even', { $round: ['$b', 0] }, -2],
  ['$round at a place', { $round: [2.567, 2] }, 2.57],
  ['$round before the point', { $round: [1250, -2] }, 1200],
  ['$sum of a list', { $sum: '$list' }, 6],
  ['$sum of operands, text ignored', { $sum: ['$a', '$s', 1] }, 8],
  ['$avg', { $avg: '$list' }, 2],
  ['$min', { $min: '$list' }, 1],
  ['$max', { $max: ['$a', '$b', '$nul'] }, 7],
  ['$eq', { $eq: ['$a', 7] }, true],
  ['$eq of an array and its element', { $eq: ['$list', 3] }, false],
  ['$ne', { $ne: ['$nul', '$missing'] }, true],
  ['$gt across types', { $gt: ['$s', '$a'] }, true],
  ['$gt of a missing field and null', { $gt: ['$missing', null] }, false],
  ['$gte', { $gte: ['$a', 7] }, true],
  ['$lt of null and a number', { $lt: [null, '$a'] }, true],
  ['$lte', { $lte: ['$a', 6] }, false],
  ['$cmp', { $cmp: ['$a', 9] }, -1],
  ['$and', { $and: [true, '$a', '$s'] }, true],
  ['$and takes an empty text for true', { $and: ['$empty'] }, true],
  ['$or', { $or: [false, '$nul', 0] }, false],
  ['$not', { $not: ['$nul'] }, true],
  ['$not of an empty text', { $not: ['$empty'] }, false],
  ['$cond', { $cond: [{ $gt: ['$a', 5] }, 'big', 'small'] }, 'big'],
  // biome-ignore lint/suspicious/noThenProperty: the operator names it so
  ['$cond by names', { $cond: { if: '$nul', then: 1, else: '$a' } }, 7],
  ['$ifNull', { $ifNull: ['$missing', '$nul', 'none'] }, 'none'],
  // biome-ignore lint/suspicious/noThenProperty: the operator names it so
  ['$switch', { $switch: { branches: [{ case: { $lt: ['$a', 5] }, then: 'low' }], default: 'high' } }, 'high'],
  ['$concat', { $concat: ['$s', '-', 'x'] }, 'Héllo-x'],
  ['$concat null', { $concat: ['$s', '$nul'] }, null],
  ['$toLower', { $toLower: '$s' }, 'héllo'],
  ['$toLower null', { $toLower: '$nul' }, ''],
  ['$toUpper', { $toUpper: 'ab' }, 'AB'],
  ['$split', { $split: ['a-b', '-'] }, ['a', 'b']],
  ['$substrCP', { $substrCP: ['$s', 1, 2] }, 'él'],
  ['$strLenCP', { $strLenCP: '$s' }, 5],
  ['$trim', { $trim: { input: '  x ' } }, 'x'],
  ['$trim of given characters', { $trim: { input: '--x-', chars: '-' } }, 'x'],
  ['$regexMatch', { $regexMatch: { input: '$s', regex: '^h', options: 'i' } }, true],
  ['$regexMatch of null', { $regexMatch: { input: '$nul', regex: 'x' } }, false],
  ['$toString of a number', { $toString: '$a' }, '7'],
  ['$toString of an id', { $toString: '$id' }, ID.toHexString()],
  ['$toString of a date', { $toString: '$at' }, AT.toISOString()],
  ['$toInt', { $toInt: '42' }, 42],
  ['$toDouble', { $toDouble: '1.5' }, 1.5],
  ['$toDate', { $toDate: '2026-03-05T07:08:09.010Z' }, AT],
  ['$size', { $size: '$list' }, 3],
  ['$arrayElemAt', { $arrayElemAt: ['$list', -1] }, 2],
  ['$arrayElemAt out of bounds', { $arrayElemAt: ['$list', 9] }, undefined],
  ['$first', { $first: '$list' }, 3],
  ['$last', { $last: '$list' }, 2],
  ['$in', { $in: [2, '$list'] }, true],
  ['$isArray', { $isArray: '$list' }, true],
  ['$concatArrays', { $concatArrays: ['$list', [9]] }, [3, 1, 2, 9]],
  ['$slice', { $slice: ['$list', 1, 2] }, [1, 2]],
  ['$reverseArray', { $reverseArray: '$list' }, [2, 1, 3]],
  ['$range', { $range: [0, 6, 2] }, [0, 2, 4]],
  ['$filter', { $filter: { input: '$list', as: 'n', cond: { $gt: ['$$n', 1] } } }, [3, 2]],
  ['$map', { $map: { input: '$docs', as: 'd', in: { $multiply: ['$$d.v', '$a'] } } }, [7, 14]],
  ['$reduce', { $reduce: { input: '$list', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 6],
  ['$let', { $let: { vars: { x: { $add: ['$a', 1] } }, in: { $multiply: ['$$x', 2] } } }, 16],
  ['$mergeObjects', { $mergeObjects: ['$sub', { q: 9 }] }, { p: 1, q: 9 }],
  [
    '$objectToArray',
    { $objectToArray: '$sub' },
    [
      { k: 'p', v: 1 },
      { k: 'q', v: 2 },
    ],
  ],
  ['$arrayToObject', { $arrayToObject: '$docs' }, { x: 1, y: 2 }],
  ['$dateTrunc', { $dateTrunc: { date: '$at', unit: 'hour' } }, new Date('2026-03-05T07:00:00Z')],
  ['$dateTrunc to weeks', { $dateTrunc: { date: '$at', unit: 'week' } }, new Date('2026-03-01T00:00:00Z')],
  ['$dateTrunc to months', { $dateTrunc: { date: '$at', unit: 'month' } }, new Date('2026-03-01T00:00:00Z')],
  ['$dateToString', { $dateToString: { date: '$at', format: '%Y-%m-%d' } }, '2026-03-05'],
  ['$dateAdd', { $dateAdd: { startDate: '$at', unit: 'hour', amount: 1 } }, new Date('2026-03-05T08:08:09.010Z')],
  [
    '$dateSubtract',
    { $dateSubtract: { startDate: '$at', unit: 'day', amount: 5 } },
    new Date('2026-02-28T07:08:09.010Z'),
  ],
  [
    '$dateDiff counts boundaries',
    { $dateDiff: { startDate: '$at', endDate: new Date('2026-03-06T00:00:00Z'), unit: 'day' } },
    1,
  ],
  ['$year', { $year: '$at' }, 2026],
  ['$month', { $month: '$at' }, 3],
  ['$dayOfMonth', { $dayOfMonth: '$at' }, 5],
  ['$dayOfWeek', { $dayOfWeek: '$at' }, 5],
  ['$hour', { $hour: '$at' }, 7],
  ['$minute', { $minute: '$at' }, 8],
  ['$second', { $second: '$at' }, 9],
  ['$millisecond', { $millisecond: '$at' }, 10],
]

/** Each expression operator on one document. */
export function expressionCases(subject: Subject): void {
  it.each(EXPRESSION_CASES)('%s', async (_, expression, result) => {
    const things = await freshCollection(subject, [DOCUMENT])
    const [doc] = await things.aggregate([{ $project: { _id: 0, result: expression } }]).toArray()
    expect(doc).toEqual(result === undefined ? {} : { result })
  })

  it.each([
    ['division by zero', { $divide: ['$a', 0] }],
    ['$size of no array', { $size: '$a' }],
    ['text in arithmetic', { $add: ['$a', '$s'] }],
    ['$in without an array', { $in: [1, '$a'] }],
    ['an unknown operator', { $nope: 1 }],
  ])('refuses %s', async (_, expression) => {
    const things = await freshCollection(subject, [DOCUMENT])
    const failure = { name: 'MongoServerError' }
    await expect(things.aggregate([{ $project: { result: expression } }]).toArray()).rejects.toMatchObject(failure)
  })
}
