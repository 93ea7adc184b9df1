import mongoose from 'mongoose'
import { expect, it } from 'vitest'
import { freshCollection, type Thing } from './fresh-collection.js'
import type { Subject } from './suite.js'

type Case = [name: string, before: Thing, update: Thing | Thing[], after: Thing, options?: Thing]

export const UPDATE_CASES: Case[] = [
  ['$set makes nested documents', {}, { $set: { 'a.b.c': 1, d: 2 } }, { a: { b: { c: 1 } }, d: 2 }],
  ['$set writes into arrays and pads them', { a: [1] }, { $set: { 'a.2': 3 } }, { a: [1, null, 3] }],
  [
    '$unset removes fields and blanks elements',
    { a: 1, b: [1, 2] },
    { $unset: { a: '', 'b.0': '' } },
    { b: [null, 2] },
  ],
  ['$inc starts at zero', { a: 1 }, { $inc: { a: 2, b: -1, c: 0.5 } }, { a: 3, b: -1, c: 0.5 }],
  ['$mul starts at zero', { a: 3 }, { $mul: { a: 2, b: 5 } }, { a: 6, b: 0 }],
  ['$min and $max compare any types', { a: 5, b: 5 }, { $min: { a: 3, b: 7 }, $max: { c: 1 } }, { a: 3, b: 5, c: 1 }],
  ['$max crosses types', { a: 5 }, { $max: { a: 'text' } }, { a: 'text' }],
  ['$rename moves a value', { a: 1, b: 2 }, { $rename: { a: 'c.d' } }, { b: 2, c: { d: 1 } }],
  ['$push appends', { a: [1] }, { $push: { a: 2, b: [3] } }, { a: [1, 2], b: [[3]] }],
  ['$push with $position', { a: [1, 4] }, { $push: { a: { $each: [2, 3], $position: 1 } } }, { a: [1, 2, 3, 4] }],
  ['$push with $slice from the end', { a: [1, 2] }, { $push: { a: { $each: [3], $slice: -2 } } }, { a: [2, 3] }],
  [
    '$push sorts documents, also into a missing field',
    {},
    { $push: { a: { $each: [{ n: 2 }, { n: 3 }, { n: 1 }], $sort: { n: -1 }, $slice: 2 } } },
    { a: [{ n: 3 }, { n: 2 }] },
  ],
  [
    '$addToSet adds what is not there',
    { a: [1, { b: 1 }] },
    { $addToSet: { a: { $each: [1, { b: 1 }, 2] } } },
    { a: [1, { b: 1 }, 2] },
  ],
  [
    '$pull by value and condition',
    { a: [1, 5, 9], b: ['x', 'y'] },
    { $pull: { a: { $gte: 5 }, b: 'x' } },
    { a: [1], b: ['y'] },
  ],
  ['$pull by a filter on documents', { a: [{ n: 1, m: 1 }, { n: 2 }] }, { $pull: { a: { n: 1 } } }, { a: [{ n: 2 }] }],
  [
    '$pull with $in and $or',
    { a: [{ n: 1 }, { n: 2 }, { n: 3 }] },
    { $pull: { a: { $or: [{ n: 1 }, { n: { $in: [3] } }] } } },
    { a: [{ n: 2 }] },
  ],
  ['$pullAll', { a: [1, 2, 1, 3] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
  ['$pop from both ends', { a: [1, 2, 3], b: [1, 2] }, { $pop: { a: 1, b: -1 } }, { a: [1, 2], b: [2] }],
  ['$[] changes all elements', { a: [{ n: 1 }, { n: 2 }] }, { $inc: { 'a.$[].n': 10 } }, { a: [{ n: 11 }, { n: 12 }] }],
  [
    '$[name] changes the elements its filter passes, at several paths',
    { a: [{ n: 1 }, { n: 5 }] },
    { $set: { 'a.$[big].seen': true, 'a.$[big].n': 0 } },
    { a: [{ n: 1 }, { n: 0, seen: true }] },
    { arrayFilters: [{ 'big.n': { $gt: 3 } }] },
  ],
  [
    'a pipeline calculates from the document',
    { a: 4, s: 'x' },
    [{ $set: { a: { $add: ['$a', 10] }, s: { $concat: ['$s', '!'] } } }, { $unset: 'gone' }],
    { a: 14, s: 'x!' },
  ],
]

/** Each update operator on one document. */
export function updateCases(subject: Subject): void {
  it.each(UPDATE_CASES)('%s', async (_, before, update, after, options = {}) => {
    const things = await freshCollection(subject, [{ _id: 1, ...before }])
    await things.updateOne({ _id: 1 }, update, options)
    expect(await things.findOne()).toEqual({ _id: 1, ...after })
  })

  it('$ changes the element the filter matched', async () => {
    const things = await freshCollection(subject, [{ _id: 1, a: [{ v: 1 }, { v: 2, n: 0 }], b: [1, 5] }])
    await things.updateOne({ _id: 1, 'a.v': 2 }, { $inc: { 'a.$.n': 5 } })
    await things.updateOne({ a: { $elemMatch: { v: 1 } } }, { $set: { 'a.$.n': 1 } })
    await things.updateOne({ b: { $gt: 3 } }, { $set: { 'b.$': 0 } })
    expect(await things.findOne()).toEqual({
      _id: 1,
      a: [
        { v: 1, n: 1 },
        { v: 2, n: 5 },
      ],
      b: [1, 0],
    })
  })

  it('$currentDate writes the present', async () => {
    const things = await freshCollection(subject, [{ _id: 1 }])
    await things.updateOne({ _id: 1 }, { $currentDate: { at: true, on: { $type: 'date' } } } as Thing)
    const doc = (await things.findOne())!
    expect(Math.abs(doc.at.getTime() - Date.now())).toBeLessThan(60_000)
    expect(doc.on).toBeInstanceOf(Date)
  })

  it('keeps int64, double and decimal when other fields change', async () => {
    const { Long, Double, Decimal128 } = mongoose.mongo
    const things = await freshCollection(subject)
    const big = Long.fromString('9007199254740993')
    await things.insertOne({
      _id: 1,
      big,
      small: Long.fromNumber(5),
      whole: new Double(5),
      exact: Decimal128.fromString('1.10'),
    })
    await things.updateOne({ _id: 1 }, { $set: { x: 1 }, $inc: { small: 1, big: 1 } })
    await things.updateOne({ _id: 1 }, [{ $set: { y: '$x' } }])
    const [types] = await things
      .find({
        big: { $type: 'long' },
        small: { $type: 'long' },
        whole: { $type: 'double' },
        exact: { $type: 'decimal' },
      })
      .toArray()
    expect(types).toMatchObject({ _id: 1, small: 6, whole: 5, x: 1, y: 1 })
    expect(String(types!.big)).toBe('9007199254740994')
    expect(String(types!.exact)).toBe('1.10')
  })

  it('grows an int32 that overflows', async () => {
    const things = await freshCollection(subject, [{ _id: 1, n: 2 ** 31 - 1 }])
    await things.updateOne({ _id: 1 }, { $inc: { n: 1 } })
    expect(await things.findOne({ n: { $type: 'long' } })).toEqual({ _id: 1, n: 2 ** 31 })
  })

  it.each([
    ['a changed _id', { $set: { _id: 2 } }, 66],
    ['conflicting paths', { $set: { a: 1, 'a.b': 2 } }, 40],
    ['$inc of text', { $inc: { text: 1 } }, 14],
    ['$push to a text', { $push: { text: 1 } }, 2],
    ['a field inside a number', { $set: { 'n.a': 1 } }, 28],
  ])('refuses %s', async (_, update: Thing, code) => {
    const things = await freshCollection(subject, [{ _id: 1, text: 'x', n: 1 }])
    await expect(things.updateOne({ _id: 1 }, update)).rejects.toMatchObject({ code })
    expect(await things.findOne()).toEqual({ _id: 1, text: 'x', n: 1 })
  })
}
