import { expect, it } from 'vitest'
import { freshCollection, type Thing } from './fresh-collection.js'
import type { Subject } from './suite.js'

const REFUSED = { code: 115, message: expect.stringContaining('MONGODB_URI') }

/** What the embedded store says it can't do, rather than do it wrong. Not for a MongoDB server. */
export function refusalCases(subject: Subject): void {
  it('refuses transactions and leaves nothing of them', async () => {
    const things = await freshCollection(subject)
    const work = subject.connection.transaction(async (session) => {
      await things.insertOne({ a: 1 }, { session })
    })
    await expect(work).rejects.toMatchObject({ code: 263, message: expect.stringContaining('MONGODB_URI') })
    expect(await things.countDocuments()).toBe(0)
  })

  it('refuses change streams', async () => {
    const things = await freshCollection(subject)
    await expect(things.watch().next()).rejects.toMatchObject({ code: 40573 })
  })

  it.each([
    ['text', { a: 'text' }, {}],
    ['geo', { a: '2dsphere' }, {}],
    ['hashed', { a: 'hashed' }, {}],
    ['wildcard', { '$**': 1 }, {}],
    ['collated', { a: 1 }, { collation: { locale: 'en' } }],
    ['hidden', { a: 1 }, { hidden: true }],
  ] as [string, Thing, Thing][])('refuses a %s index', async (_, key, options) => {
    const things = await freshCollection(subject)
    await expect(things.createIndex(key, options)).rejects.toMatchObject({ code: 67 })
  })

  it.each([
    ['$where', { $where: 'this.a === 1' }],
    ['$text', { $text: { $search: 'x' } }],
    ['$jsonSchema', { $jsonSchema: {} }],
    ['$near', { a: { $near: [0, 0] } }],
    ['$bitsAllSet', { a: { $bitsAllSet: 1 } }],
    ['a PCRE pattern', { a: { $regex: '\\Ax' } }],
    ['an extended pattern', { a: { $regex: 'x', $options: 'x' } }],
  ] as [string, Thing][])('refuses the filter %s', async (_, filter) => {
    const things = await freshCollection(subject, [{ a: 1 }])
    await expect(things.findOne(filter)).rejects.toMatchObject(REFUSED)
  })

  it.each([
    ['$bucket', [{ $bucket: { groupBy: '$a', boundaries: [0, 5] } }]],
    ['$out', [{ $out: 'elsewhere' }]],
    ['$merge', [{ $merge: 'elsewhere' }]],
    ['$setWindowFields', [{ $setWindowFields: {} }]],
    ['$function', [{ $project: { x: { $function: { body: 'x', args: [], lang: 'js' } } } }]],
    ['a timezone', [{ $project: { x: { $dateTrunc: { date: '$at', unit: 'day', timezone: 'Europe/Berlin' } } } }]],
    ['adding months', [{ $project: { x: { $dateAdd: { startDate: '$at', unit: 'month', amount: 1 } } } }]],
    ['an accumulator', [{ $group: { _id: null, x: { $stdDevPop: '$a' } } }]],
    ['sums of decimals', [{ $group: { _id: null, x: { $sum: '$exact' } } }]],
  ] as [string, Thing[]][])('refuses to aggregate %s', async (_, pipeline) => {
    const exact = new (await import('mongodb')).Decimal128('1.10')
    const things = await freshCollection(subject, [{ a: 1, at: new Date(0), exact }])
    await expect(things.aggregate(pipeline).toArray()).rejects.toMatchObject(REFUSED)
  })

  it('refuses other kinds of collections, and collations with a filter', async () => {
    const { db } = subject.connection
    await expect(db!.createCollection('c', { capped: true, size: 4096 })).rejects.toMatchObject(REFUSED)
    await expect(db!.createCollection('v', { viewOn: 'c', pipeline: [] })).rejects.toMatchObject(REFUSED)
    await expect(db!.createCollection('j', { validator: { a: 1 } })).rejects.toMatchObject(REFUSED)
    const things = await freshCollection(subject, [{ a: 'x' }])
    const collated = things.find({ a: 'X' }).collation({ locale: 'en', strength: 2 }).toArray()
    await expect(collated).rejects.toMatchObject(REFUSED)
  })

  it('refuses $bit in an update', async () => {
    const things = await freshCollection(subject, [{ _id: 1, a: 1 }])
    await expect(things.updateOne({ _id: 1 }, { $bit: { a: { and: 1 } } } as Thing)).rejects.toMatchObject(REFUSED)
  })
}
