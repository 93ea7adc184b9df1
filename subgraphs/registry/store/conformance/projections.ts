import { expect, it } from 'vitest'
import { freshCollection, type Thing } from './fresh-collection.js'
import type { Subject } from './suite.js'

const DOCUMENT: Thing = { _id: 1, a: 1, b: { c: 2, d: 3 }, list: [{ x: 1, y: 2 }, { x: 3 }, 5], n: [1, 2, 3, 4] }

type Case = [name: string, projection: Thing, result: Thing]

const CASES: Case[] = [
  ['inclusion keeps _id', { a: 1 }, { _id: 1, a: 1 }],
  ['inclusion without _id', { a: true, _id: 0 }, { a: 1 }],
  [
    'nested inclusion, also inside arrays',
    { 'b.c': 1, 'list.x': 1 },
    { _id: 1, b: { c: 2 }, list: [{ x: 1 }, { x: 3 }] },
  ],
  ['nested inclusion written as a document', { b: { d: 1 } }, { _id: 1, b: { d: 3 } }],
  ['exclusion', { list: 0, n: 0, 'b.c': 0 }, { _id: 1, a: 1, b: { d: 3 } }],
  ['only _id excluded', { _id: 0 }, { a: 1, b: DOCUMENT.b, list: DOCUMENT.list, n: DOCUMENT.n }],
  ['only _id included', { _id: 1 }, { _id: 1 }],
  ['$slice of the first', { n: { $slice: 2 }, list: 0 }, { _id: 1, a: 1, b: DOCUMENT.b, n: [1, 2] }],
  ['$slice of the last, beside an inclusion', { a: 1, n: { $slice: -1 } }, { _id: 1, a: 1, n: [4] }],
  ['$slice with skip', { a: 1, n: { $slice: [1, 2] } }, { _id: 1, a: 1, n: [2, 3] }],
  ['$elemMatch', { list: { $elemMatch: { x: { $gt: 1 } } } }, { _id: 1, list: [{ x: 3 }] }],
  ['an expression', { sum: { $add: ['$a', '$b.c'] }, a: 1 }, { _id: 1, a: 1, sum: 3 }],
]

/** What `find` returns of a document. */
export function projectionCases(subject: Subject): void {
  it.each(CASES)('%s', async (_, projection, result) => {
    const things = await freshCollection(subject, [DOCUMENT])
    expect(await things.findOne({}, { projection })).toEqual(result)
  })

  it('refuses to mix inclusion and exclusion', async () => {
    const things = await freshCollection(subject, [DOCUMENT])
    await expect(things.findOne({}, { projection: { a: 1, b: 0 } })).rejects.toMatchObject({ name: 'MongoServerError' })
  })
}
