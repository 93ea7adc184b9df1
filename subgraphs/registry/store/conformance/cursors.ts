import { expect, it } from 'vitest'
import { freshCollection } from './fresh-collection.js'
import type { Subject } from './suite.js'

/** Answers that come in several replies. */
export function cursorCases(subject: Subject): void {
  it('streams many documents in small batches', async () => {
    const things = await freshCollection(
      subject,
      Array.from({ length: 1200 }, (_, n) => ({ _id: n })),
    )
    const seen: number[] = []
    for await (const doc of things.find().sort({ _id: 1 }).batchSize(50)) seen.push(doc._id)
    expect(seen).toEqual(Array.from({ length: 1200 }, (_, n) => n))
    expect(await things.find().toArray()).toHaveLength(1200)
    expect(await things.find().limit(150).toArray()).toHaveLength(150)
    expect(await things.estimatedDocumentCount()).toBe(1200)
  })

  it('splits answers larger than one reply', async () => {
    const things = await freshCollection(subject)
    const text = 'x'.repeat(6 * 1024 * 1024)
    for (let n = 0; n < 4; n++) await things.insertOne({ _id: n, text })
    expect((await things.find().toArray()).map((doc) => doc.text.length)).toEqual([1, 1, 1, 1].map(() => text.length))
    const grown = await things.aggregate([{ $addFields: { more: 1 } }]).toArray()
    expect(grown.map((doc) => doc.more)).toEqual([1, 1, 1, 1])
  })

  it('forgets a cursor that was closed', async () => {
    const things = await freshCollection(
      subject,
      Array.from({ length: 10 }, (_, n) => ({ _id: n })),
    )
    const cursor = things.find().batchSize(2)
    await cursor.next()
    const id = cursor.id!
    await cursor.close()
    const fetchOn = subject.connection.db!.command({ getMore: id, collection: things.collectionName })
    await expect(fetchOn).rejects.toMatchObject({ code: 43 })
  })
}
