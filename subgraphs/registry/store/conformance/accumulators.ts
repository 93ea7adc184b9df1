import { expect, it } from 'vitest'
import { freshCollection, type Thing } from './fresh-collection.js'
import type { Subject } from './suite.js'

const ROWS: Thing[] = [
  { _id: 1, n: 4, s: 'a' },
  { _id: 2, n: 10, s: 'a' },
  { _id: 3, n: null, s: 'b' },
  { _id: 4, n: 'text' },
  { _id: 5 },
]

type Case = [name: string, accumulator: Thing, result: unknown]

export const ACCUMULATOR_CASES: Case[] = [
  ['$sum ignores what is no number', { $sum: '$n' }, 14],
  ['$sum of a constant', { $sum: 2 }, 10],
  ['$avg', { $avg: '$n' }, 7],
  ['$avg of no numbers', { $avg: '$s' }, null],
  ['$min', { $min: '$n' }, 4],
  ['$max crosses types', { $max: '$n' }, 'text'],
  ['$first', { $first: '$n' }, 4],
  ['$last of a missing field', { $last: '$n' }, null],
  ['$push leaves missing values out', { $push: '$s' }, ['a', 'a', 'b']],
  [
    '$push of documents',
    { $push: { id: '$_id', s: '$s' } },
    [{ id: 1, s: 'a' }, { id: 2, s: 'a' }, { id: 3, s: 'b' }, { id: 4 }, { id: 5 }],
  ],
  ['$count', { $count: {} }, 5],
]

/** Each accumulator over one group. */
export function accumulatorCases(subject: Subject): void {
  it.each(ACCUMULATOR_CASES)('%s', async (_, accumulator, result) => {
    const things = await freshCollection(subject, ROWS)
    const pipeline = [{ $sort: { _id: 1 } }, { $group: { _id: null, result: accumulator } }]
    expect(await things.aggregate(pipeline).toArray()).toEqual([{ _id: null, result }])
  })

  it('$addToSet holds each value once', async () => {
    const things = await freshCollection(subject, ROWS)
    const [doc] = await things.aggregate([{ $group: { _id: null, set: { $addToSet: '$s' } } }]).toArray()
    expect(doc!.set.sort()).toEqual(['a', 'b'])
  })

  it('$percentile and $median rank numbers as numbers', async () => {
    const things = await freshCollection(
      subject,
      Array.from({ length: 1000 }, (_, n) => ({ n })),
    )
    const percentile = { $percentile: { input: '$n', p: [0.5, 0.95], method: 'approximate' } }
    const median = { $median: { input: '$n', method: 'approximate' } }
    const [doc] = await things.aggregate([{ $group: { _id: null, percentile, median } }]).toArray()
    expect(Math.abs(doc!.percentile[0] - 499)).toBeLessThan(5)
    expect(Math.abs(doc!.percentile[1] - 949)).toBeLessThan(5)
    expect(Math.abs(doc!.median - 499)).toBeLessThan(5)
  })
}
