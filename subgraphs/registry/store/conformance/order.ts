import mongoose from 'mongoose'
import { expect, it } from 'vitest'
import { freshCollection } from './fresh-collection.js'
import type { Subject } from './suite.js'

const { Long, Decimal128, ObjectId, Binary, MinKey, MaxKey, Timestamp } = mongoose.mongo

/** From the least to the greatest, as MongoDB orders types and values. */
const ASCENDING: unknown[] = [
  new MinKey(),
  [],
  null,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  Decimal128.fromString('-1E+400'),
  -1e300,
  -2,
  -1.5,
  Decimal128.fromString('-1E-400'),
  0,
  Decimal128.fromString('0.1'),
  0.1,
  1,
  2 ** 53,
  Long.fromString('9007199254740993'),
  Long.MAX_VALUE,
  2 ** 63,
  Decimal128.fromString('1E+400'),
  Number.POSITIVE_INFINITY,
  '',
  'A',
  'a',
  'a\0b',
  'ab',
  'é',
  {},
  { a: 1 },
  { a: 1, b: 1 },
  { b: 0 },
  { a: 'x' },
  [[]],
  new Binary(Buffer.from('b')),
  new Binary(Buffer.from('aa')),
  new ObjectId('000000000000000000000001'),
  new ObjectId('000000000000000000000002'),
  false,
  true,
  new Date(-1),
  new Date(0),
  Timestamp.fromBits(1, 1),
  /a/,
  /b/,
  new MaxKey(),
]

/** Sorting with and without an index, ties, arrays, collations. */
export function orderCases(subject: Subject): void {
  it.each([
    ['without an index', undefined],
    ['by an ascending index', 1],
    ['by a descending index', -1],
  ] as const)('orders all types %s', async (_, direction) => {
    const shuffled = ASCENDING.map((v, _id) => ({ _id, v })).sort((a, b) => ((a._id * 7) % 43) - ((b._id * 7) % 43))
    const things = await freshCollection(subject, shuffled)
    if (direction) await things.createIndex({ v: direction, _id: 1 })
    const up = await things.find().sort({ v: 1, _id: 1 }).project({ _id: 1 }).toArray()
    const down = await things.find().sort({ v: -1, _id: -1 }).project({ _id: 1 }).toArray()
    expect(up.map((doc) => doc._id)).toEqual(ASCENDING.map((_value, n) => n))
    expect(down.map((doc) => doc._id)).toEqual(ASCENDING.map((_value, n) => n).reverse())
  })

  it('sorts arrays by their least and greatest elements', async () => {
    const things = await freshCollection(subject, [
      { _id: 1, v: [2, 9] },
      { _id: 2, v: 3 },
      { _id: 3, v: [1, 4] },
    ])
    const ids = async (direction: 1 | -1) =>
      (await things.find().sort({ v: direction }).toArray()).map((doc) => doc._id)
    expect(await ids(1)).toEqual([3, 1, 2])
    expect(await ids(-1)).toEqual([1, 3, 2])
  })

  it('sorts by several fields, and skips and limits after that', async () => {
    const rows = Array.from({ length: 60 }, (_, n) => ({ _id: n, a: n % 3, b: n % 5 }))
    const things = await freshCollection(subject, rows)
    const found = await things
      .find({ a: { $ne: 1 } })
      .sort({ a: -1, b: 1, _id: -1 })
      .skip(3)
      .limit(3)
      .toArray()
    expect(found.map((doc) => doc._id)).toEqual([5, 56, 41])
  })

  it('answers in the order of insertion when no order is asked', async () => {
    const things = await freshCollection(subject, [{ _id: 3 }, { _id: 1 }, { _id: 2 }])
    expect((await things.find().toArray()).map((doc) => doc._id)).toEqual([3, 1, 2])
  })

  it('sorts by a collation', async () => {
    const things = await freshCollection(
      subject,
      ['z', 'Alpha', 'beta', 'Äpfel'].map((name) => ({ name })),
    )
    const found = await things.find().sort({ name: 1 }).collation({ locale: 'en', strength: 2 }).toArray()
    expect(found.map((doc) => doc.name)).toEqual(['Alpha', 'Äpfel', 'beta', 'z'])
  })
}
