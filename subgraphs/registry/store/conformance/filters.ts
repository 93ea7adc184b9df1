import mongoose from 'mongoose'
import { expect, it } from 'vitest'
import { freshCollection, type Thing } from './fresh-collection.js'
import type { Subject } from './suite.js'

const { Long, Double, Decimal128, ObjectId } = mongoose.mongo
const ID = new ObjectId('65a000000000000000000001')

const DOCUMENTS: Thing[] = [
  {
    _id: 1,
    n: 1,
    s: 'Alpha',
    tags: ['x', 'y'],
    sub: { a: 1, b: 2 },
    list: [
      { v: 1, n: 5 },
      { v: 2, n: 9 },
    ],
  },
  { _id: 2, n: Long.fromNumber(5), s: 'beta', tags: [], sub: { b: 2, a: 1 }, list: [{ v: 1, n: 9 }] },
  { _id: 3, n: new Double(2.5), s: 'Gamma\nline', tags: 'x', sub: null, at: new Date(1000) },
  { _id: 4, n: Decimal128.fromString('2.5'), s: 'delta.dot', tags: [['x'], 'z'], at: new Date(2000), ref: ID },
  { _id: 5, n: null, ok: true, nan: Number.NaN, tags: [1, 5] },
  { _id: 6, s: 'ümlaut', tags: [null], ok: false, list: [] },
]

type Case = [name: string, filter: Thing, ids: number[]]

export const FILTER_CASES: Case[] = [
  ['equality across number types', { n: 2.5 }, [3, 4]],
  ['equality of a decimal', { n: Decimal128.fromString('5.0') }, [2]],
  ['null also means missing', { n: null }, [5, 6]],
  ['an array by one of its elements', { tags: 'x' }, [1, 3]],
  ['an array as a whole', { tags: ['x', 'y'] }, [1]],
  ['an array inside an array', { tags: ['x'] }, [4]],
  ['an empty array', { tags: [] }, [2]],
  ['a document as a whole, fields in order', { sub: { a: 1, b: 2 } }, [1]],
  ['a dotted path through documents', { 'sub.a': 1 }, [1, 2]],
  ['a dotted path through arrays', { 'list.v': 2 }, [1]],
  ['a position in an array', { 'list.0.n': 9 }, [2]],
  ['two conditions on a path met by two elements', { 'list.v': 2, 'list.n': 5 }, [1]],
  ['an object id', { ref: ID }, [4]],
  ['a regular expression', { s: /^al/i }, [1]],
  ['$eq', { s: { $eq: 'beta' } }, [2]],
  ['$ne also passes missing fields', { s: { $ne: 'beta' } }, [1, 3, 4, 5, 6]],
  ['$ne on an array means no element', { tags: { $ne: 'x' } }, [2, 4, 5, 6]],
  ['$gt within the type', { n: { $gt: 2 } }, [2, 3, 4]],
  ['$gte and $lte', { n: { $gte: 2.5, $lte: 5 } }, [2, 3, 4]],
  ['$lt never meets other types', { s: { $lt: 'a' } }, [1, 3]],
  ['$lt on dates', { at: { $lt: new Date(1500) } }, [3]],
  ['$lt does not meet NaN', { nan: { $lt: 5 } }, []],
  ['$lte meets NaN by NaN', { nan: { $lte: Number.NaN } }, [5]],
  ['$gte null means null or missing', { ok: { $gte: null } }, [1, 2, 3, 4]],
  ['two bounds met by two elements', { tags: { $gt: 2, $lt: 4 } }, [5]],
  ['$in', { n: { $in: [1, 5, null] } }, [1, 2, 5, 6]],
  ['$in with a regular expression', { s: { $in: [/^b/, 'Alpha'] } }, [1, 2]],
  ['$nin', { s: { $nin: ['Alpha', /^b/] } }, [3, 4, 5, 6]],
  ['$exists', { ok: { $exists: true } }, [5, 6]],
  ['$exists false', { n: { $exists: false } }, [6]],
  ['$type by name', { n: { $type: 'long' } }, [2]],
  ['$type of any number', { n: { $type: 'number' } }, [1, 2, 3, 4]],
  ['$type by code, several', { n: { $type: [1, 10] } }, [3, 5]],
  ['$type array', { tags: { $type: 'array' } }, [1, 2, 4, 5, 6]],
  ['$size', { tags: { $size: 2 } }, [1, 4, 5]],
  ['$all', { tags: { $all: ['x', 'y'] } }, [1]],
  ['$all on one value', { tags: { $all: ['x'] } }, [1, 3]],
  ['$all of nothing', { tags: { $all: [] } }, []],
  ['$all with $elemMatch', { list: { $all: [{ $elemMatch: { v: 1 } }, { $elemMatch: { n: 5 } }] } }, [1]],
  ['$all across documents', { 'list.v': { $all: [1, 2] } }, [1]],
  ['$elemMatch on documents', { list: { $elemMatch: { v: 1, n: { $gt: 5 } } } }, [2]],
  ['$elemMatch on values', { tags: { $elemMatch: { $gt: 2, $lt: 7 } } }, [5]],
  ['$not', { n: { $not: { $gt: 2 } } }, [1, 5, 6]],
  ['$not with a regular expression', { s: { $not: /a/ } }, [5]],
  ['$not over two elements', { 'list.n': { $not: { $gt: 5, $lt: 9 } } }, [2, 3, 4, 5, 6]],
  ['$mod', { n: { $mod: [2, 1] } }, [1, 2]],
  ['$regex with $options', { s: { $regex: '^GAMMA', $options: 'i' } }, [3]],
  ['$regex over lines', { s: { $regex: '^line$', $options: 'm' } }, [3]],
  ['$regex where the dot meets line breaks', { s: { $regex: 'a.line', $options: 's' } }, [3]],
  ['$regex with an escaped dot', { s: { $regex: 'a\\.d' } }, [4]],
  ['$regex by code point', { s: { $regex: '^.mlaut$' } }, [6]],
  ['$and', { $and: [{ n: { $gt: 1 } }, { n: { $lt: 5 } }] }, [3, 4]],
  ['$or', { $or: [{ n: 1 }, { s: 'beta' }] }, [1, 2]],
  ['$or beside a field', { $or: [{ n: 1 }, { n: 5 }], s: 'beta' }, [2]],
  ['$nor', { $nor: [{ n: { $gt: 1 } }, { s: 'Alpha' }] }, [5, 6]],
  ['$expr, where missing equals missing', { $expr: { $eq: ['$sub.a', '$n'] } }, [1, 6]],
  ['$comment', { n: 1, $comment: 'why' }, [1]],
]

/** Each query operator over documents of many shapes. */
export function filterCases(subject: Subject): void {
  it.each(FILTER_CASES)('%s', async (_, filter, ids) => {
    const things = await freshCollection(subject, DOCUMENTS)
    const found = await things.find(filter).sort({ _id: 1 }).project({ _id: 1 }).toArray()
    expect(found.map((doc) => doc._id)).toEqual(ids)
    expect(await things.countDocuments(filter)).toBe(ids.length)
  })

  it('tells equal-looking large integers apart', async () => {
    const things = await freshCollection(subject)
    await things.createIndex({ n: 1 }, { unique: true })
    const numbers = ['9007199254740992', '9007199254740993', '9007199254740994'].map((text) => Long.fromString(text))
    await things.insertMany(numbers.map((n, _id) => ({ _id, n })))
    expect(await things.countDocuments({ n: numbers[1]! })).toBe(1)
    expect(await things.countDocuments({ n: { $gt: numbers[0]! } })).toBe(2)
  })

  it('answers with distinct values, those of arrays one by one', async () => {
    const things = await freshCollection(subject, [{ t: ['b', 'a'] }, { t: 'b' }, { t: null }, {}, { t: [] }])
    expect((await things.distinct('t')).sort()).toEqual(['a', 'b', null])
    expect((await things.distinct('t', { t: 'a' })).sort()).toEqual(['a', 'b'])
  })

  it.each([
    ['an unknown operator', { n: { $nope: 1 } }],
    ['$in without an array', { n: { $in: 1 } }],
    ['$size of a text', { n: { $size: 'x' } }],
    ['an empty $or', { $or: [] }],
    ['an invalid regular expression', { s: { $regex: '(' } }],
  ])('refuses %s', async (_, filter) => {
    const things = await freshCollection(subject, DOCUMENTS)
    await expect(things.find(filter as Thing).toArray()).rejects.toMatchObject({ name: 'MongoServerError' })
  })
}
