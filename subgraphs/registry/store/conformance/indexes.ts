import { expect, it } from 'vitest'
import { freshCollection } from './fresh-collection.js'
import type { Subject } from './suite.js'

const DUPLICATE = { code: 11000 }

/** What indexes promise: uniqueness and its exceptions. */
export function indexCases(subject: Subject): void {
  it('a unique index over several fields', async () => {
    const things = await freshCollection(subject)
    await things.createIndex({ model: 1, number: -1 }, { unique: true })
    await things.insertMany([
      { model: 'a', number: 1 },
      { model: 'a', number: 2 },
      { model: 'b', number: 1 },
    ])
    await expect(things.insertOne({ model: 'a', number: 2 })).rejects.toMatchObject({
      ...DUPLICATE,
      keyPattern: { model: 1, number: -1 },
      keyValue: { model: 'a', number: 2 },
    })
  })

  it('a unique index counts a missing field as null', async () => {
    const things = await freshCollection(subject)
    await things.createIndex({ s: 1 }, { unique: true })
    await things.insertOne({ x: 1 })
    await expect(things.insertOne({ s: null })).rejects.toMatchObject(DUPLICATE)
  })

  it('a sparse unique index leaves out documents without the field', async () => {
    const things = await freshCollection(subject)
    await things.createIndex({ s: 1 }, { unique: true, sparse: true })
    await things.insertMany([{ x: 1 }, { x: 2 }, { s: 'q' }])
    await expect(things.insertOne({ s: 'q' })).rejects.toMatchObject(DUPLICATE)
    expect(await things.countDocuments({ s: null })).toBe(2)
    expect(await things.find().sort({ s: 1 }).toArray()).toHaveLength(3)
  })

  it('a partial unique index holds for the documents it covers', async () => {
    const things = await freshCollection(subject)
    await things.createIndex({ a: 1 }, { unique: true, partialFilterExpression: { on: true } })
    await things.insertMany([
      { a: 1, on: false },
      { a: 1, on: false },
      { a: 1, on: true },
    ])
    await expect(things.insertOne({ a: 1, on: true })).rejects.toMatchObject(DUPLICATE)
    await expect(things.updateOne({ on: false }, { $set: { on: true } })).rejects.toMatchObject(DUPLICATE)
    expect(await things.countDocuments({ a: 1 })).toBe(3)
    expect(await things.countDocuments({ a: 1, on: true })).toBe(1)
  })

  it('a unique index on an array compares the elements of different documents only', async () => {
    const things = await freshCollection(subject)
    await things.createIndex({ tags: 1 }, { unique: true })
    await things.insertOne({ tags: ['a', 'a', 'b'] })
    await expect(things.insertOne({ tags: ['c', 'b'] })).rejects.toMatchObject(DUPLICATE)
  })

  it('a value may move between documents when it has become free', async () => {
    const things = await freshCollection(subject, [{ _id: 1, s: 'x' }])
    await things.createIndex({ s: 1 }, { unique: true })
    await things.updateOne({ _id: 1 }, { $set: { s: 'y' } })
    await things.insertOne({ _id: 2, s: 'x' })
    await things.deleteOne({ _id: 1 })
    await things.insertOne({ _id: 3, s: 'y' })
    expect(await things.countDocuments({ s: { $in: ['x', 'y'] } })).toBe(2)
  })

  it('an index that the documents contradict is not made', async () => {
    const things = await freshCollection(subject, [{ a: 1 }, { a: 1 }])
    await expect(things.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject(DUPLICATE)
    expect(await things.indexes()).toHaveLength(1)
    await things.insertOne({ a: 1 })
  })

  it('very long keys stay unique and findable', async () => {
    const things = await freshCollection(subject)
    await things.createIndex({ s: 1 }, { unique: true })
    const long = 'x'.repeat(5000)
    await things.insertMany([{ s: `${long}b` }, { s: `${long}a` }, { s: 'short' }])
    await expect(things.insertOne({ s: `${long}a` })).rejects.toMatchObject(DUPLICATE)
    expect(await things.countDocuments({ s: `${long}a` })).toBe(1)
    expect(await things.countDocuments({ s: { $gt: `${long}a` } })).toBe(1)
    const sorted = await things.find().sort({ s: 1 }).toArray()
    expect(sorted.map((doc) => doc.s.at(-1))).toEqual(['t', 'a', 'b'])
  })

  it('refuses to index two arrays side by side', async () => {
    const things = await freshCollection(subject)
    await things.createIndex({ a: 1, b: 1 })
    await expect(things.insertOne({ a: [1, 2], b: [1, 2] })).rejects.toMatchObject({ code: 171 })
    await things.insertMany([
      { a: [1, 2], b: 1 },
      { a: 1, b: [1, 2] },
    ])
    expect(await things.countDocuments({ a: 1, b: 1 })).toBe(2)
  })

  it('refuses a second index under the same name or with the same key', async () => {
    const things = await freshCollection(subject)
    await things.createIndex({ a: 1 }, { name: 'one' })
    await things.createIndex({ a: 1 }, { name: 'one' })
    await expect(things.createIndex({ b: 1 }, { name: 'one' })).rejects.toMatchObject({ code: 86 })
    await expect(things.createIndex({ a: 1 }, { name: 'two' })).rejects.toMatchObject({ code: 85 })
    await expect(things.dropIndex('three')).rejects.toMatchObject({ code: 27 })
    await things.dropIndex('one')
    expect((await things.indexes()).map((index) => index.name)).toEqual(['_id_'])
  })
}
