import { randomInt } from 'node:crypto'
import { calculateObjectSize, Long } from 'bson'
import { StoreFault } from '../faults.js'
import type { Doc } from '../values/documents.js'
import { RawDocument } from '../values/raw-document.js'
import type { Clock } from './command.js'

/** An answer of a cursor: raw BSON as stored, or a document made by a projection or a pipeline. */
export type Item = RawDocument | Doc

/** Results that did not fit one reply, kept until they are fetched, killed, or forgotten for ten minutes. */
export class Cursors {
  private readonly open = new Map<string, Cursor>()
  private nextId = BigInt(randomInt(2 ** 40))

  constructor(private readonly clock: Clock) {}

  /** The `cursor` field of a first reply. */
  start(namespace: string, items: Item[], batchSize = FIRST_BATCH, single = false): Doc {
    const cursor: Cursor = { namespace, items, position: 0, usedAt: this.clock() }
    const firstBatch = take(cursor, batchSize)
    const done = single || cursor.position === items.length
    return { firstBatch, id: done ? Long.ZERO : this.keep(cursor), ns: namespace }
  }

  /** The `cursor` field of a further reply. */
  next(id: string, batchSize = Number.POSITIVE_INFINITY): Doc {
    const cursor = this.open.get(id)
    if (!cursor) throw new StoreFault(43, 'CursorNotFound', `cursor id ${id} not found`)
    cursor.usedAt = this.clock()
    const nextBatch = take(cursor, batchSize === 0 ? Number.POSITIVE_INFINITY : batchSize)
    const done = cursor.position === cursor.items.length
    if (done) this.open.delete(id)
    return { nextBatch, id: done ? Long.ZERO : Long.fromString(id), ns: cursor.namespace }
  }

  kill(id: string): boolean {
    return this.open.delete(id)
  }

  forgetIdle(): void {
    for (const [id, cursor] of this.open) if (this.clock() - cursor.usedAt > IDLE_MS) this.open.delete(id)
  }

  private keep(cursor: Cursor): Long {
    this.nextId += 1n
    this.open.set(this.nextId.toString(), cursor)
    return Long.fromBigInt(this.nextId)
  }
}

interface Cursor {
  namespace: string
  items: Item[]
  position: number
  usedAt: number
}

const FIRST_BATCH = 101
const IDLE_MS = 10 * 60_000
/** Documents of one reply, in bytes: below the 16 MiB of a BSON document, except that one document always fits. */
const MAX_BATCH_BYTES = 15 * 1024 * 1024

function take(cursor: Cursor, batchSize: number): Item[] {
  const batch: Item[] = []
  let bytes = 0
  while (batch.length < batchSize && cursor.position < cursor.items.length) {
    const item = cursor.items[cursor.position]!
    bytes += item instanceof RawDocument ? item.bytes.length : calculateObjectSize(item, { ignoreUndefined: true })
    if (bytes > MAX_BATCH_BYTES && batch.length > 0) break
    batch.push(item)
    cursor.position += 1
  }
  return batch
}
