import { expect, it } from 'vitest'
import { freshCollection } from './fresh-collection.js'
import type { Subject } from './suite.js'

/** Collections and the server itself. */
export function administrationCases(subject: Subject): void {
  it('makes, lists and drops collections', async () => {
    const db = subject.connection.db!
    await db.createCollection('extra')
    await expect(db.createCollection('extra')).rejects.toMatchObject({ code: 48 })
    expect(await db.listCollections({ name: 'extra' }, { nameOnly: true }).toArray()).toEqual([
      { name: 'extra', type: 'collection' },
    ])
    await db.collection('extra').insertOne({ a: 1 })
    await db.dropCollection('extra')
    expect(await db.listCollections({ name: 'extra' }).toArray()).toEqual([])
    expect(await db.collection('extra').countDocuments()).toBe(0)
  })

  it('lists databases and drops one', async () => {
    const other = subject.connection.useDb('modelgraph_conformance_other')
    await other.collection('things').insertOne({ a: 1 })
    const names = async () => (await subject.connection.db!.admin().listDatabases()).databases.map(({ name }) => name)
    expect(await names()).toContain('modelgraph_conformance_other')
    await other.dropDatabase()
    expect(await names()).not.toContain('modelgraph_conformance_other')
  })

  it('answers from an empty place with nothing', async () => {
    const things = await freshCollection(subject)
    expect(await things.find().toArray()).toEqual([])
    expect(await things.countDocuments({ a: 1 })).toBe(0)
    expect(await things.aggregate([{ $match: { a: 1 } }]).toArray()).toEqual([])
    expect(await things.updateOne({ a: 1 }, { $set: { a: 2 } })).toMatchObject({ matchedCount: 0 })
    await expect(things.indexes()).rejects.toMatchObject({ code: 26 })
  })

  it('knows no command by an inherited name', async () => {
    for (const name of ['nope', 'constructor', 'toString', '__proto__']) {
      const command = Object.defineProperty({}, name, { value: 1, enumerable: true })
      await expect(subject.connection.db!.command(command)).rejects.toMatchObject({ code: 59 })
    }
  })

  it('writes without acknowledgement', async () => {
    const things = await freshCollection(subject)
    await things.insertOne({ _id: 1 }, { writeConcern: { w: 0 } })
    await expect.poll(() => things.countDocuments()).toBe(1)
  })
}
