import { expect, it } from 'vitest'
import { freshCollection } from './fresh-collection.js'
import type { Subject } from './suite.js'

/** What holds when many clients write at once. */
export function concurrencyCases(subject: Subject): void {
  it('gives each job to exactly one of sixteen claimers', async () => {
    const jobs = await freshCollection(
      subject,
      Array.from({ length: 200 }, (_, n) => ({ _id: n, state: 'queued' })),
    )
    await jobs.createIndex({ state: 1, until: 1 })
    const claimed: number[] = []
    const claim = async (worker: number): Promise<void> => {
      const free = { $or: [{ state: 'queued' }, { state: 'running', until: { $lt: new Date(0) } }] }
      const update = { $set: { state: 'running', worker, until: new Date() }, $inc: { attempts: 1 } }
      const job = await jobs.findOneAndUpdate(free, update, { sort: { _id: 1 }, returnDocument: 'after' })
      if (!job) return
      claimed.push(job._id)
      await claim(worker)
    }
    await Promise.all(Array.from({ length: 16 }, (_, worker) => claim(worker)))
    expect(claimed.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n))
    expect(await jobs.countDocuments({ attempts: 1 })).toBe(200)
  })

  it('loses no increment, also while the document is being made', async () => {
    const counters = await freshCollection(subject)
    await counters.createIndex({ key: 1 }, { unique: true })
    const add = () => counters.updateOne({ key: 'hour' }, { $inc: { calls: 1 } }, { upsert: true })
    const results = await Promise.allSettled(Array.from({ length: 100 }, add))
    const accepted = results.filter((result) => result.status === 'fulfilled').length
    expect(await counters.find().project({ _id: 0 }).toArray()).toEqual([{ key: 'hour', calls: accepted }])
  })

  it('lets one of many equal inserts through a unique index', async () => {
    const things = await freshCollection(subject)
    await things.createIndex({ s: 1 }, { unique: true })
    const results = await Promise.allSettled(Array.from({ length: 32 }, () => things.insertOne({ s: 'same' })))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })
}
