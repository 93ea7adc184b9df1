import { expect, it } from 'vitest'
import { freshCollection, type Thing } from './fresh-collection.js'
import type { Subject } from './suite.js'

const ROWS: Thing[] = [
  { _id: 1, k: 'a', n: 1, tags: ['x', 'y'], at: new Date('2026-01-01T05:00:00Z') },
  { _id: 2, k: 'b', n: 2, tags: [], at: new Date('2026-01-01T22:00:00Z') },
  { _id: 3, k: 'a', n: 3, tags: 'z', at: new Date('2026-01-02T01:00:00Z') },
  { _id: 4, k: 'b', n: 4, at: new Date('2026-01-02T02:00:00Z') },
]

type Case = [name: string, pipeline: Thing[], result: Thing[]]

export const STAGE_CASES: Case[] = [
  [
    '$match, $sort, $skip, $limit',
    [{ $match: { n: { $gt: 1 } } }, { $sort: { n: -1 } }, { $skip: 1 }, { $limit: 1 }, { $project: { n: 1 } }],
    [{ _id: 3, n: 3 }],
  ],
  [
    '$limit before $match',
    [{ $sort: { _id: 1 } }, { $limit: 2 }, { $match: { k: 'b' } }, { $project: { _id: 1 } }],
    [{ _id: 2 }],
  ],
  [
    '$project with expressions',
    [{ $match: { _id: 1 } }, { $project: { _id: 0, double: { $multiply: ['$n', 2] }, k: 1 } }],
    [{ double: 2, k: 'a' }],
  ],
  ['$project that excludes', [{ $match: { _id: 4 } }, { $project: { at: 0, k: 0 } }], [{ _id: 4, n: 4 }]],
  [
    '$addFields into documents',
    [{ $match: { _id: 2 } }, { $project: { n: 1 } }, { $addFields: { 'a.b': '$n', c: { d: 1 } } }],
    [{ _id: 2, n: 2, a: { b: 2 }, c: { d: 1 } }],
  ],
  [
    '$set and $unset',
    [{ $match: { _id: 2 } }, { $set: { m: 1 } }, { $unset: ['at', 'tags', 'k'] }],
    [{ _id: 2, n: 2, m: 1 }],
  ],
  [
    '$group with $sort',
    [{ $group: { _id: '$k', total: { $sum: '$n' }, c: { $sum: 1 } } }, { $sort: { _id: 1 } }],
    [
      { _id: 'a', total: 4, c: 2 },
      { _id: 'b', total: 6, c: 2 },
    ],
  ],
  [
    '$group by a document',
    [
      { $group: { _id: { day: { $dateTrunc: { date: '$at', unit: 'day' } }, k: '$k' }, c: { $count: {} } } },
      { $sort: { '_id.day': 1, '_id.k': 1 } },
      { $limit: 1 },
    ],
    [{ _id: { day: new Date('2026-01-01T00:00:00Z'), k: 'a' }, c: 1 }],
  ],
  ['$group by nothing', [{ $group: { _id: null, max: { $max: '$at' } } }], [{ _id: null, max: ROWS[3]!.at }]],
  [
    '$unwind',
    [{ $unwind: '$tags' }, { $project: { tags: 1 } }, { $sort: { _id: 1, tags: 1 } }],
    [
      { _id: 1, tags: 'x' },
      { _id: 1, tags: 'y' },
      { _id: 3, tags: 'z' },
    ],
  ],
  [
    '$unwind that preserves',
    [
      { $unwind: { path: '$tags', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' } },
      { $match: { _id: { $ne: 1 } } },
      { $project: { tags: 1, i: 1 } },
      { $sort: { _id: 1 } },
    ],
    [
      { _id: 2, i: null },
      { _id: 3, tags: 'z', i: null },
      { _id: 4, i: null },
    ],
  ],
  ['$count', [{ $match: { k: 'a' } }, { $count: 'n' }], [{ n: 2 }]],
  ['$count of nothing', [{ $match: { k: 'q' } }, { $count: 'n' }], []],
  [
    '$sortByCount',
    [{ $match: { _id: { $ne: 4 } } }, { $sortByCount: '$k' }],
    [
      { _id: 'a', count: 2 },
      { _id: 'b', count: 1 },
    ],
  ],
  ['$replaceRoot', [{ $match: { _id: 1 } }, { $replaceRoot: { newRoot: { a: '$n' } } }], [{ a: 1 }]],
  [
    '$replaceWith',
    [{ $match: { _id: 1 } }, { $replaceWith: { $mergeObjects: [{ z: 0 }, { a: '$n' }] } }],
    [{ z: 0, a: 1 }],
  ],
  [
    '$facet',
    [{ $facet: { total: [{ $count: 'n' }], page: [{ $sort: { n: -1 } }, { $limit: 1 }, { $project: { n: 1 } }] } }],
    [{ total: [{ n: 4 }], page: [{ _id: 4, n: 4 }] }],
  ],
]

/** Each aggregation stage. */
export function stageCases(subject: Subject): void {
  it.each(STAGE_CASES)('%s', async (_, pipeline, result) => {
    const things = await freshCollection(subject, ROWS)
    expect(await things.aggregate(pipeline).toArray()).toEqual(result)
  })

  it('$lookup by fields, through arrays and null', async () => {
    const teams = await freshCollection(subject, [
      { _id: 't1', name: 'Fraud' },
      { _id: 't2', name: 'Vision' },
      { _id: 't3' },
    ])
    const rows = [{ _id: 1, team: 't1' }, { _id: 2, team: ['t2', 't1'] }, { _id: 3 }, { _id: 4, team: 'gone' }]
    const things = await freshCollection(subject, rows)
    const from = teams.collectionName
    const byId = { from, localField: 'team', foreignField: '_id', as: 'teams' }
    const joined = await things.aggregate([{ $lookup: byId }, { $sort: { _id: 1 } }]).toArray()
    expect(joined.map((doc) => doc.teams.map((team: Thing) => team._id).sort())).toEqual([['t1'], ['t1', 't2'], [], []])
    const byName = { from, localField: 'team', foreignField: 'name', as: 'teams' }
    const missing = await things.aggregate([{ $match: { _id: 3 } }, { $lookup: byName }]).toArray()
    expect(missing[0]!.teams).toEqual([{ _id: 't3' }])
  })

  it('$lookup by a pipeline with variables', async () => {
    const versions = await freshCollection(
      subject,
      [1, 2, 3].map((n) => ({ _id: n, model: 'm', n })),
    )
    const things = await freshCollection(subject, [{ _id: 'm', from: 2 }])
    const pipeline = [
      { $match: { $expr: { $gte: ['$n', '$$from'] } } },
      { $sort: { n: -1 } },
      { $project: { n: 1, _id: 0 } },
    ]
    const join = { from: versions.collectionName, let: { from: '$from' }, pipeline, as: 'versions' }
    const both = { ...join, localField: '_id', foreignField: 'model' }
    const [doc] = await things
      .aggregate([{ $lookup: both }, { $addFields: { first: { $first: '$versions' } } }])
      .toArray()
    expect(doc).toEqual({ _id: 'm', from: 2, versions: [{ n: 3 }, { n: 2 }], first: { n: 3 } })
  })

  it('uses variables given with the command', async () => {
    const things = await freshCollection(subject, ROWS)
    const pipeline = [{ $match: { $expr: { $gt: ['$n', '$$least'] } } }, { $count: 'n' }]
    expect(await things.aggregate(pipeline, { let: { least: 3 } }).toArray()).toEqual([{ n: 1 }])
  })
}
