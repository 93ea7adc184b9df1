import { expect, it } from 'vitest'
import { freshCollection, type Thing } from './fresh-collection.js'
import type { Subject } from './suite.js'

/** Inserts, deletes, bulk writes, upserts and their counts. */
export function writeCases(subject: Subject): void {
  it('refuses a duplicate _id', async () => {
    const things = await freshCollection(subject)
    await things.insertOne({ _id: 1 })
    await expect(things.insertOne({ _id: 1 })).rejects.toMatchObject({ code: 11000, keyPattern: { _id: 1 } })
  })

  it('goes on after a faulty document when unordered, and stops there when ordered', async () => {
    const things = await freshCollection(subject)
    await things.insertOne({ _id: 1 })
    const unordered = things.insertMany([{ _id: 2 }, { _id: 1 }, { _id: 3 }, { _id: 3 }], { ordered: false })
    const error = await unordered.then(
      () => undefined,
      (failure) => failure,
    )
    expect(error).toMatchObject({ code: 11000 })
    expect(error.writeErrors.map((write: { index: number }) => write.index)).toEqual([1, 3])
    expect(await things.countDocuments()).toBe(3)
    await expect(things.insertMany([{ _id: 4 }, { _id: 1 }, { _id: 5 }])).rejects.toMatchObject({ code: 11000 })
    expect(await things.countDocuments()).toBe(4)
  })

  it('runs mixed bulk writes', async () => {
    const things = await freshCollection(subject)
    const result = await things.bulkWrite([
      { insertOne: { document: { _id: 1, n: 1 } } },
      { updateOne: { filter: { _id: 2 }, update: { $set: { n: 3 } }, upsert: true } },
      { updateMany: { filter: {}, update: { $inc: { n: 1 } } } },
      { deleteOne: { filter: { _id: 1 } } },
      { replaceOne: { filter: { _id: 2 }, replacement: { m: 9 } } },
    ])
    expect(result).toMatchObject({
      insertedCount: 1,
      upsertedCount: 1,
      deletedCount: 1,
      matchedCount: 3,
      modifiedCount: 3,
    })
    expect(await things.find().toArray()).toEqual([{ _id: 2, m: 9 }])
  })

  it('deletes one or many', async () => {
    const things = await freshCollection(subject)
    await things.insertMany([1, 2, 3, 4].map((n) => ({ _id: n, even: n % 2 === 0 })))
    expect(await things.deleteOne({ even: false })).toMatchObject({ deletedCount: 1 })
    expect(await things.deleteMany({ even: true })).toMatchObject({ deletedCount: 2 })
    expect(await things.find().toArray()).toEqual([{ _id: 3, even: false }])
  })

  it('upserts from the equalities of the filter', async () => {
    const things = await freshCollection(subject)
    const filter = { slug: 'a', 'owner.team': 't', n: { $gt: 5 }, kind: { $in: ['k'] } }
    const update: Thing = {
      $inc: { hits: 2 },
      $setOnInsert: { first: true },
      $push: { tags: { $each: ['b', 'a'], $sort: 1 } },
    }
    expect(await things.updateOne(filter, update, { upsert: true })).toMatchObject({
      matchedCount: 0,
      upsertedCount: 1,
    })
    const { _id, ...made } = (await things.findOne({ slug: 'a' }))!
    expect(made).toEqual({ slug: 'a', owner: { team: 't' }, kind: 'k', hits: 2, first: true, tags: ['a', 'b'] })
    await things.updateOne({ slug: 'a' }, { $inc: { hits: 2 }, $setOnInsert: { first: false } }, { upsert: true })
    expect(await things.findOne({ _id })).toMatchObject({ hits: 4, first: true })
  })

  it('answers a findOneAndUpdate with the document before or after', async () => {
    const things = await freshCollection(subject)
    const upsert = { upsert: true, returnDocument: 'after', includeResultMetadata: true } as const
    const made = await things.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } }, upsert)
    expect(made).toMatchObject({ value: { _id: 1, n: 1 }, lastErrorObject: { updatedExisting: false, upserted: 1 } })
    expect(await things.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } })).toEqual({ _id: 1, n: 1 })
    expect(await things.findOneAndUpdate({ _id: 9 }, { $inc: { n: 1 } })).toBeNull()
    const projected = { projection: { n: 1, _id: 0 }, returnDocument: 'after' } as const
    expect(await things.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } }, projected)).toEqual({ n: 3 })
    expect(await things.findOneAndReplace({ _id: 1 }, { m: 1 }, { returnDocument: 'after' })).toEqual({ _id: 1, m: 1 })
    expect(await things.findOneAndDelete({ _id: 1 })).toEqual({ _id: 1, m: 1 })
    expect(await things.countDocuments()).toBe(0)
  })

  it('counts an update that changes nothing as matched, not modified', async () => {
    const things = await freshCollection(subject)
    await things.insertOne({ _id: 1, n: 1 })
    expect(await things.updateOne({ _id: 1 }, { $set: { n: 1 } })).toMatchObject({ matchedCount: 1, modifiedCount: 0 })
  })

  it('undoes nothing and stores nothing when an update fails', async () => {
    const things = await freshCollection(subject)
    await things.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 'text' },
    ])
    await expect(things.updateOne({ _id: 2 }, { $set: { seen: true }, $inc: { n: 1 } })).rejects.toMatchObject({
      code: 14,
    })
    expect(await things.findOne({ _id: 2 })).toEqual({ _id: 2, n: 'text' })
  })

  it('takes documents of up to 16 MiB', async () => {
    const things = await freshCollection(subject)
    const large = 'x'.repeat(16 * 1024 * 1024 - 100)
    await things.insertOne({ _id: 1, large })
    await expect(things.updateOne({ _id: 1 }, { $set: { more: 'x'.repeat(200) } })).rejects.toThrow()
    expect((await things.findOne({ _id: 1 }))!.large).toHaveLength(large.length)
  })
}
