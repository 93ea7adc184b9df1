import mongoose, { type Connection, Schema } from 'mongoose'
import { expect, it } from 'vitest'
import type { Subject } from './suite.js'

/** What mongoose itself does for its users: types, population, timestamps, optimistic versions. */
export function modelCases(subject: Subject): void {
  it('keeps every type a schema can have', async () => {
    const { Everything, Vendor } = define(subject.connection, 'types')
    const vendor = await Vendor.create({ name: 'Acme' })
    const uuid = '0d3b3fb8-9d3a-4f6b-9b57-7c4d4a5b6c7d'
    const created = await Everything.create({
      slug: 'a',
      vendor: vendor._id,
      big: 9007199254740993n,
      exact: mongoose.Types.Decimal128.fromString('1.10'),
      bytes: Buffer.from('hey'),
      uuid,
      counts: { q: 1 },
      mixed: { deep: [1, { b: null }] },
    })
    const read = (await Everything.findById(created.id).populate<{ vendor: { name: string } }>('vendor'))!
    expect(read.vendor.name).toBe('Acme')
    expect(read.big).toBe(9007199254740993n)
    expect(String(read.exact)).toBe('1.10')
    expect(Buffer.from(read.bytes!).toString()).toBe('hey')
    expect(String(read.uuid)).toBe(uuid)
    expect(read.counts?.get('q')).toBe(1)
    expect(read.mixed).toEqual({ deep: [1, { b: null }] })
    expect(read.get('createdAt')).toBeInstanceOf(Date)
  })

  it('tells a duplicate key with its pattern and value', async () => {
    const { Everything } = define(subject.connection, 'unique')
    await Everything.createIndexes()
    await Everything.create({ slug: 'a' })
    const failure = { name: 'MongoServerError', code: 11000, keyPattern: { slug: 1 }, keyValue: { slug: 'a' } }
    await expect(Everything.create({ slug: 'a' })).rejects.toMatchObject(failure)
    await Everything.create({ slug: 'b' })
    await expect(Everything.findOneAndUpdate({ slug: 'b' }, { slug: 'a' })).rejects.toMatchObject(failure)
  })

  it('saves arrays and subdocuments, and refuses a stale save', async () => {
    const { Everything } = define(subject.connection, 'versions')
    await Everything.create({ slug: 'a', tags: ['x'], versions: [{ v: '1' }, { v: '2' }] })
    const doc = (await Everything.findOne({ slug: 'a' }))!
    doc.tags.push('y')
    doc.versions[0]!.downloads = 99
    await doc.save()
    const first = (await Everything.findOne({ slug: 'a' }))!
    const stale = (await Everything.findOne({ slug: 'a' }))!
    expect(first.tags).toEqual(['x', 'y'])
    expect(first.versions.map((version) => version.downloads)).toEqual([99, 0])
    first.versions.shift()
    await first.save()
    stale.versions[1]!.downloads = 1
    stale.markModified('versions')
    await expect(stale.save()).rejects.toMatchObject({ name: 'VersionError' })
  })

  it('works inside a session that has no transaction', async () => {
    const { Vendor } = define(subject.connection, 'sessions')
    const session = await subject.connection.startSession()
    await Vendor.create([{ name: 'in session' }], { session })
    expect(await Vendor.countDocuments({ name: 'in session' }).session(session)).toBe(1)
    await session.endSession()
  })

  it('makes the indexes of a schema and lists them', async () => {
    const { Everything } = define(subject.connection, 'schemaindexes')
    await Everything.syncIndexes()
    expect((await Everything.listIndexes()).map((index) => index.name)).toEqual(['_id_', 'slug_1'])
    await Everything.collection.dropIndex('slug_1')
    expect(await Everything.listIndexes()).toHaveLength(1)
  })
}

function define(connection: Connection, suffix: string) {
  const everything = new Schema(
    {
      slug: { type: String, unique: true },
      vendor: { type: Schema.Types.ObjectId, ref: `Vendor_${suffix}` },
      tags: [String],
      versions: [{ v: String, downloads: { type: Number, default: 0 } }],
      mixed: Schema.Types.Mixed,
      big: BigInt,
      exact: Schema.Types.Decimal128,
      bytes: Buffer,
      uuid: Schema.Types.UUID,
      counts: { type: Map, of: Number },
    },
    { timestamps: true },
  )
  return {
    Everything: connection.model(`Everything_${suffix}`, everything),
    Vendor: connection.model(`Vendor_${suffix}`, new Schema({ name: String })),
  }
}
