import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { Engine } from './engine.js'
import { Environment } from './storage/environment.js'
import { type Doc, readPlain, readTyped, writeDocument } from './values/documents.js'
import type { RawDocument } from './values/raw-document.js'

const folder = mkdtempSync(join(tmpdir(), 'modelgraph-engine-'))
const env = new Environment(folder)
let now = Date.parse('2026-01-01T00:00:00Z')
const engine = new Engine(env, () => now)

afterAll(async () => {
  await env.close()
  rmSync(folder, { recursive: true })
})

describe('a batch of commands', () => {
  it('keeps what succeeds beside a command that fails, which leaves nothing behind', () => {
    const replies = answerAll([
      { insert: 'batch', documents: [{ _id: 1, s: 'a' }] },
      { createIndexes: 'batch', indexes: [{ key: { s: 1 }, name: 's', unique: true }] },
      {
        createIndexes: 'other',
        indexes: [
          { key: { s: 1 }, name: 's' },
          { key: { t: 'text' }, name: 't' },
        ],
      },
      {
        insert: 'batch',
        documents: [
          { _id: 2, s: 'b' },
          { _id: 3, s: 'a' },
        ],
      },
      { findAndModify: 'batch', query: { _id: 1 }, update: { $set: { s: 'b' } } },
    ])
    expect(replies.map((reply) => reply.ok)).toEqual([1, 1, 0, 1, 0])
    expect(replies[3]).toMatchObject({ n: 1, writeErrors: [{ index: 1, code: 11000 }] })
    expect(find({ find: 'batch', sort: { _id: 1 } })).toEqual([
      { _id: 1, s: 'a' },
      { _id: 2, s: 'b' },
    ])
    expect(answer({ listIndexes: 'other' })).toMatchObject({ ok: 0, code: 26 })
  })

  it('undoes a whole update of many when one of them fails a unique index', () => {
    answer({
      insert: 'many',
      documents: [
        { _id: 1, n: 1 },
        { _id: 2, n: 3 },
      ],
    })
    answer({ createIndexes: 'many', indexes: [{ key: { same: 1 }, name: 'same', unique: true, sparse: true }] })
    const reply = answer({ update: 'many', updates: [{ q: {}, u: { $set: { same: 1 } }, multi: true }] })
    expect(reply).toMatchObject({ ok: 1, n: 0, writeErrors: [{ index: 0, code: 11000 }] })
    expect(find({ find: 'many', filter: { same: 1 } })).toEqual([])
  })
})

describe('time', () => {
  it('ends a command that runs longer than its maxTimeMS', () => {
    answer({ insert: 'slow', documents: Array.from({ length: 200 }, (_, n) => ({ n })) })
    const impatient = new Engine(env, () => (now += 10))
    expect(impatient.answer([typed({ find: 'slow', maxTimeMS: 5 })])[0]).toMatchObject({ ok: 0, code: 50 })
    expect(impatient.answer([typed({ find: 'slow', maxTimeMS: 60_000 })])[0]).toMatchObject({ ok: 1 })
  })

  it('sweeps documents past their time, and only those', () => {
    const indexes = [{ key: { at: 1 }, name: 'ttl', expireAfterSeconds: 60 }]
    answer({ createIndexes: 'ttl', indexes })
    const documents = [
      { _id: 1, at: new Date(now) },
      { _id: 2, at: new Date(now + 60_000) },
      { _id: 3, at: 'text' },
      { _id: 4 },
    ]
    answer({ insert: 'ttl', documents })
    now += 59_000
    engine.sweep()
    expect(find({ find: 'ttl' })).toHaveLength(4)
    now += 2000
    engine.sweep()
    expect(find({ find: 'ttl' }).map((doc) => doc._id)).toEqual([2, 3, 4])
  })

  it('forgets a cursor nobody fetched for ten minutes', () => {
    const reply = answer({ find: 'slow', batchSize: 1 })
    const { id } = reply.cursor as { id: unknown }
    now += 601_000
    engine.sweep()
    expect(answer({ getMore: id, collection: 'slow' })).toMatchObject({ ok: 0, code: 43 })
  })
})

describe('the planner', () => {
  it.each([
    ['an equality', { a: 1 }, {}, 'a_1_b_-1'],
    ['an equality and an order', { a: 1 }, { b: 1 }, 'a_1_b_-1'],
    ['a list of values', { a: { $in: [1, 2] } }, {}, 'a_1_b_-1'],
    ['a range', { c: { $gt: 1 } }, {}, 'c_1'],
    ['an order alone', {}, { c: -1 }, 'c_1'],
    ['the _id', { _id: 1, c: { $gt: 1 } }, {}, '_id_'],
    ['what a partial index covers', { p: 1, on: true }, {}, 'p_1'],
    ['conditions in $and', { $and: [{ x: 1 }, { a: 1 }] }, {}, 'a_1_b_-1'],
  ])('uses an index for %s', (_, filter, sort, indexName) => {
    expect(planOf(filter, sort)).toMatchObject({ stage: 'IXSCAN', indexName })
  })

  it('uses one index per branch of a top-level $or', () => {
    expect(planOf({ $or: [{ a: 1 }, { c: 2 }] }, {})).toMatchObject({ stage: 'OR' })
    expect(planOf({ $or: [{ a: 1 }, { z: 2 }] }, {})).toEqual({ stage: 'COLLSCAN' })
  })

  it('scans when no index holds all answers', () => {
    expect(planOf({ p: 1 }, {})).toEqual({ stage: 'COLLSCAN' })
    expect(planOf({ z: 1 }, {})).toEqual({ stage: 'COLLSCAN' })
  })

  function planOf(filter: Doc, sort: Doc): unknown {
    answer({
      createIndexes: 'planned',
      indexes: [
        { key: { a: 1, b: -1 }, name: 'a_1_b_-1' },
        { key: { c: 1 }, name: 'c_1' },
        { key: { p: 1 }, name: 'p_1', partialFilterExpression: { on: true } },
      ],
    })
    const reply = answer({ explain: { find: 'planned', filter, sort } })
    return (reply.queryPlanner as Doc).winningPlan
  }
})

describe('indexes', () => {
  const INDEXES: Doc[] = [
    { key: { a: 1 }, name: 'a' },
    { key: { a: -1, b: 1 }, name: 'ab' },
    { key: { b: 1, 'd.e': -1 }, name: 'bde' },
    { key: { c: 1 }, name: 'c', sparse: true },
    { key: { 'd.e': 1 }, name: 'de' },
    { key: { b: 1 }, name: 'b', partialFilterExpression: { a: 1 } },
  ]
  let round = 0

  it('change no answer: random documents, updates, filters, orders and limits', () => {
    fc.assert(
      fc.property(
        documents,
        fc.array(changes, { maxLength: 5 }),
        queries,
        fc.nat(INDEXES.length - 1),
        (docs, edits, asked, n) => {
          round += 1
          const [bare, indexed] = [`bare${round}`, `indexed${round}`]
          const numbered = docs.map((doc, _id) => ({ _id, ...doc }))
          answer({ createIndexes: indexed, indexes: [INDEXES[n]!, INDEXES[(n + 1) % INDEXES.length]!] })
          const inserted = answer({ insert: indexed, documents: numbered, ordered: false })
          const failed = new Set(((inserted.writeErrors as Doc[]) ?? []).map((error) => error.index))
          answer({ insert: bare, documents: numbered.filter((doc) => !failed.has(doc._id)) })
          for (const edit of edits) {
            const { nModified } = answer({ update: indexed, updates: [edit] })
            if (nModified === 1) answer({ update: bare, updates: [edit] })
          }
          for (const { filter, sort, limit } of asked) {
            const query = { filter, sort: { ...sort, _id: 1 }, limit }
            expect(find({ find: indexed, ...query })).toEqual(find({ find: bare, ...query }))
          }
          answerAll([{ drop: bare }, { drop: indexed }])
        },
      ),
      { numRuns: 100 },
    )
  }, 60_000)
})

const scalars = fc.oneof(
  fc.integer({ min: -2, max: 3 }),
  fc.constantFrom(null, 1.5, 'a', 'b', '', true, Number.NaN, new Date(0), new Date(5)),
)
const values = fc.oneof({ weight: 4, arbitrary: scalars }, fc.array(scalars, { maxLength: 3 }))
const inner = fc.record({ e: values }, { requiredKeys: [] })
const documents = fc.array(
  fc.record(
    { a: values, b: values, c: values, d: fc.oneof(inner, fc.array(inner, { maxLength: 2 })) },
    { requiredKeys: [] },
  ),
  { minLength: 1, maxLength: 12 },
)
const fields = fc.constantFrom('a', 'b', 'c', 'd.e')
const conditions = fc.oneof(
  scalars,
  fc
    .tuple(fc.constantFrom('$eq', '$gt', '$gte', '$lt', '$lte', '$ne'), scalars)
    .map(([operator, value]) => ({ [operator]: value })),
  fc.tuple(scalars, scalars).map(([low, high]) => ({ $gt: low, $lte: high })),
  fc.array(scalars, { maxLength: 3 }).map((list) => ({ $in: list })),
  fc.constantFrom({ $exists: true }, { $exists: false }, { $elemMatch: { $gte: 1 } }, { $not: { $gt: 1 } }),
)
const plainFilters = fc.dictionary(fields, conditions, { maxKeys: 3 })
const filters = fc.oneof(
  plainFilters,
  fc
    .tuple(fc.array(plainFilters, { minLength: 1, maxLength: 3 }), plainFilters)
    .map(([$or, rest]) => ({ $or, ...rest })),
  fc.array(plainFilters, { minLength: 1, maxLength: 2 }).map(($and) => ({ $and })),
)
const queries = fc.array(
  fc.record({ filter: filters, sort: fc.dictionary(fields, fc.constantFrom(1, -1), { maxKeys: 2 }), limit: fc.nat(4) }),
  { minLength: 1, maxLength: 6 },
)
const changes = fc
  .tuple(fc.nat(11), fc.constantFrom('a', 'b', 'c'), values)
  .map(([_id, field, value]) => ({ q: { _id }, u: { $set: { [field]: value } } }))

function typed(command: Doc): Doc {
  return readTyped(writeDocument({ ...command, $db: 'test' }))
}

function answer(command: Doc): Doc {
  return answerAll([command])[0]!
}

function answerAll(commands: Doc[]): Doc[] {
  return engine.answer(commands.map(typed))
}

function find(command: Doc): Doc[] {
  const { cursor, errmsg } = answer({ ...command, batchSize: 1000 }) as {
    cursor?: { firstBatch: RawDocument[] }
    errmsg?: string
  }
  if (!cursor) throw new Error(errmsg)
  return cursor.firstBatch.map(({ bytes }) => readPlain(bytes))
}
