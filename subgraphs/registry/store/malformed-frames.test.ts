import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Double, Long, ObjectId, serialize } from 'bson'
import fc from 'fast-check'
import mongoose from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedStore, type StoreExit, startEmbeddedStore } from './embedded-store.js'

describe('malformed and hostile messages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'modelgraph-frames-'))
  const exits: StoreExit[] = []
  let store: EmbeddedStore

  beforeAll(async () => {
    store = await startEmbeddedStore({ dataFolder: folder, onExit: (exit) => exits.push(exit) })
  })

  afterAll(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })

  it('end at most their own connection; a well-formed client is served on', async () => {
    const pid = store.pid
    const connection = await mongoose.createConnection(store.uri, { dbName: 'wellformed' }).asPromise()
    const things = connection.collection<{ _id: number }>('things')
    let n = 0
    await fc.assert(
      fc.asyncProperty(fc.array(frames, { minLength: 1, maxLength: 20 }), async (batch) => {
        await Promise.all(batch.map((frame) => send(join(folder, 'store.sock'), frame)))
        n += 1
        await things.insertOne({ _id: n })
        expect(await things.countDocuments({ _id: n })).toBe(1)
      }),
      { numRuns: 30 },
    )
    expect(await things.countDocuments()).toBe(n)
    expect({ exits, pid: store.pid }).toEqual({ exits: [], pid })
    await connection.close()
  })
})

const NAMES = [
  ...[
    'find',
    'insert',
    'update',
    'delete',
    'findAndModify',
    'aggregate',
    'count',
    'distinct',
    'createIndexes',
    'dropIndexes',
  ],
  ...[
    'listIndexes',
    'getMore',
    'killCursors',
    'create',
    'drop',
    'explain',
    'listCollections',
    'hello',
    'nope',
    'constructor',
  ],
]
const FIELDS = [
  ...[
    'filter',
    'q',
    'documents',
    'updates',
    'deletes',
    'query',
    'update',
    'pipeline',
    'key',
    'indexes',
    'index',
    'sort',
    'limit',
  ],
  ...[
    'skip',
    'batchSize',
    'projection',
    'fields',
    'cursor',
    'cursors',
    'arrayFilters',
    'let',
    'collation',
    'upsert',
    'new',
    'maxTimeMS',
  ],
]

const odd = fc.constantFrom<unknown>(
  ...[null, 1, -1, 'x', '$x', '', {}, [], [{}], { $a: 1 }, /a/, new Date(Number.NaN), true, { a: { $gt: 1 } }, [[1]]],
  ...[new ObjectId(), 1e300, Number.NaN, Long.MAX_VALUE, new Double(-0), { $elemMatch: { $not: 1 } }, { 'a..b': 1 }],
)
const statement = fc.dictionary(fc.constantFrom('q', 'u', 'key', 'name', '$match', '$group', '$project', '_id'), odd, {
  maxKeys: 4,
})
const argument = fc.oneof(odd, fc.array(statement, { maxLength: 2 }), statement)
const commands = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.oneof(fc.constant('things'), odd),
    fc.dictionary(fc.constantFrom(...FIELDS), argument, { maxKeys: 5 }),
  )
  .map(([name, target, args]) => message({ [name]: target, ...args, $db: 'hostile' }))
const mutated = fc
  .tuple(commands, fc.nat(), fc.integer({ min: 0, max: 255 }))
  .map(([frame, at, byte]) => Buffer.from(frame).fill(byte, at % frame.length, (at % frame.length) + 1))
const cut = fc.tuple(commands, fc.nat()).map(([frame, at]) => frame.subarray(0, at % frame.length))
const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
const frames = fc.oneof(commands, mutated, cut, noise)

function message(command: object): Buffer {
  const body = serialize(command)
  const head = Buffer.alloc(21)
  head.writeInt32LE(head.length + body.length, 0)
  head.writeInt32LE(2013, 12)
  return Buffer.concat([head, body])
}

/** Sends a frame, waits for what comes back or for the end, and hangs up. */
function send(path: string, frame: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(path, () => socket.end(frame))
    socket.on('data', () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve())
  })
}
