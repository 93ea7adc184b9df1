import * as fc from 'fast-check'
import { buildSchema, type OperationDefinitionNode, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { OTHER, type UsageReport, type UsedOperation } from '../../shared/control/usage.js'
import { usageReportSchema } from '../../shared/control/usage-schema.js'
import { countLatencies, mergeLatencies } from '../../shared/telemetry/latency-counts.js'
import { createLog } from '../../shared/telemetry/log.js'
import { describeOperation } from './operation-usage.js'
import { UsageReporter } from './usage-reporter.js'
import { UsageTable } from './usage-table.js'
import type { EndedRequest } from './used.js'

const HOUR_MS = 3_600_000

const SCHEMA = buildSchema(`
  interface Node { id: ID! }
  type Model implements Node { id: ID!, team: Team! }
  type Team implements Node { id: ID!, name: String! }
  type Query { model(name: String!): Model, node(id: ID!): Node, size(of: [Int!]): Int }
`)

function described(text: string, index = 0): UsedOperation {
  const document = parse(text)
  return describeOperation(SCHEMA, document, document.definitions[index] as OperationDefinitionNode)
}

describe('an operation', () => {
  const plain = described('query Find { model(name: "a") { id ...T } } fragment T on Model { team { name } }')

  it('is the same for any white space, values and neighbours', () => {
    const other = `query Other { size(of: [1, 2]) }
      query Find {
        model(name: "b") { id, ...T } # a comment
      }
      fragment Unused on Team { id }
      fragment T on Model { team { name } }`
    expect(described(other, 1)).toEqual(plain)
    expect(plain.document).not.toContain('"a"')
  })

  it('is another for other fields or another name', () => {
    expect(described('query Find { model(name: "a") { id } }').hash).not.toBe(plain.hash)
    const renamed = 'query Seek { model(name: "a") { id ...T } } fragment T on Model { team { name } }'
    expect(described(renamed).hash).not.toBe(plain.hash)
  })

  it('tells the fields it asks by the types they are selected on', () => {
    expect(plain.fields).toEqual(['Model.id', 'Model.team', 'Query.model', 'Team.name'])
    const { fields, name } = described('{ __typename node(id: 1) { id ... on Team { name } } }')
    expect([name, fields]).toEqual([null, ['Node.id', 'Query.node', 'Team.name']])
  })
})

const operations = ['a', 'b', 'c', 'd'].map((letter) => ({
  hash: letter.repeat(64),
  name: letter,
  document: `{ ${letter} }`,
  fields: [`Query.${letter}`],
}))

const requests: fc.Arbitrary<EndedRequest & { readonly at: number }> = fc.record({
  client: fc.constantFrom('shop', 'bank', 'hospital:ward 7/a', 'no\nid', undefined),
  operation: fc.constantFrom(...operations, undefined),
  codes: fc.constantFrom([], ['FORBIDDEN'], ['BAD_USER_INPUT', 'OVERLOADED']),
  latencyMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
  predicted: fc.array(
    fc.record({
      served: fc.array(
        fc.tuple(fc.constantFrom('risk', 'fraud'), fc.integer({ min: 1, max: 3 }), fc.nat(9), fc.nat(3)),
        { maxLength: 3 },
      ),
      tookMs: fc.double({ min: 0, max: 1_000, noNaN: true }),
    }),
    { maxLength: 2 },
  ),
  at: fc.constantFrom(5 * HOUR_MS, 5 * HOUR_MS + 1, 6 * HOUR_MS),
})

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)

describe('a table of usage', () => {
  it('counts every request and prediction once, whatever room it has', () => {
    fc.assert(
      fc.property(fc.array(requests, { maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (ended, room) => {
        const table = new UsageTable(room)
        const inOrder = [...ended].sort((a, b) => a.at - b.at)
        for (const { at, ...request } of inOrder) table.count(request, at)
        const { requests: lines, predictions } = table.counted()
        expect(sum(lines.map((line) => line.requests))).toBe(ended.length)
        expect(sum(lines.map((line) => line.failed))).toBe(ended.filter(({ codes }) => codes.length > 0).length)
        const latencies = countLatencies(ended.map(({ latencyMs }) => latencyMs))
        expect(mergeLatencies(...lines.map((line) => line.latencies))).toEqual(latencies)
        const served = ended.flatMap(({ predicted }) => predicted.flatMap((fetch) => fetch.served))
        expect(sum(predictions.map(({ rows }) => rows))).toBe(sum(served.map(([, , rows]) => rows)))
        expect(predictions.length).toBeLessThanOrEqual(2 * room + 2)
      }),
    )
  })

  it.each([
    ['of the registry', 'shop_1-a', 'shop_1-a'],
    ['of an issuer', 'hospital:ward-7', 'hospital:ward-7'],
    ['as identity providers write them', 'okta:auth0|5f/é@clinic.example', 'okta:auth0|5f/é@clinic.example'],
    ['that is none', 'line\nbreak', OTHER],
    ['that is too long', 'x'.repeat(233), OTHER],
  ])('counts a client by its id: %s', (_what, client, counted) => {
    const table = new UsageTable(9)
    table.count({ client, operation: undefined, codes: [], latencyMs: 1, predicted: [] }, HOUR_MS)
    expect(table.counted().requests.map((line) => line.client)).toEqual([counted])
  })

  it('counts what it has no room for as other, and keeps its fields', () => {
    const table = new UsageTable(2)
    for (const operation of operations) {
      table.count({ client: 'shop', operation, codes: [], latencyMs: 1, predicted: [] }, HOUR_MS)
    }
    const { requests: lines, otherFields, operations: known } = table.counted()
    expect(lines.map(({ operation, requests: count }) => [operation[0], count])).toEqual([
      ['a', 1],
      ['b', 1],
      [OTHER[0], 2],
    ])
    expect([...otherFields]).toEqual(['Query.c', 'Query.d'])
    expect(known.size).toBe(2)
  })
})

/** A registry in memory that counts each report once and can be made to fail. */
function setting(room?: number) {
  const taken: Omit<UsageReport, 'environment'>[] = []
  const registry = { fails: false, losesAnswers: false, refuses: false }
  let now = 10 * HOUR_MS
  const reporter = new UsageReporter({
    instance: 'gateway-1',
    send: async (report) => {
      if (registry.fails) throw new Error('no registry')
      if (registry.refuses) return 'refused'
      expect(usageReportSchema.safeParse({ environment: 'test', ...report }).error).toBeUndefined()
      if (report.number > (taken.at(-1)?.number ?? 0)) taken.push(structuredClone(report))
      if (registry.losesAnswers) throw new Error('no answer')
      return 'counted'
    },
    pause: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    now: () => now,
    log: createLog('test', 'silent'),
    ...(room !== undefined && { room }),
  })
  const count = (requestsOf: number, operation: UsedOperation = operations[0]!) => {
    for (let n = 0; n < requestsOf; n++) {
      const predicted = [{ served: [['risk', 1, 2, 1] as const], tookMs: 3 }]
      reporter.count({ client: 'shop', operation, codes: [], latencyMs: 5, predicted })
    }
  }
  const counted = () => sum(taken.flatMap((report) => report.requests.map((line) => line.requests)))
  return { taken, registry, reporter, count, counted, later: (ms: number) => (now += ms) }
}

describe('a reporter of usage', () => {
  it('tells what was counted since, and describes an operation once an hour', async () => {
    const { reporter, count, taken, later } = setting()
    await reporter.report()
    count(2)
    await reporter.report()
    count(3)
    await reporter.report()
    later(HOUR_MS + 1)
    count(1)
    await reporter.report()
    expect(taken.map(({ number }) => number)).toEqual([1, 2, 3])
    expect(taken.map((report) => report.requests[0]!.requests)).toEqual([2, 3, 1])
    expect(taken.map((report) => report.operations.length)).toEqual([1, 0, 1])
    expect(taken[0]!.predictions).toMatchObject([{ model: 'risk', version: 1, fetches: 2, rows: 4, failed: 2 }])
  })

  it('sends a report again as it was until it is answered, so that nothing counts twice', async () => {
    const { reporter, registry, count, counted, taken } = setting()
    count(2)
    registry.losesAnswers = true
    await reporter.report()
    count(40)
    await reporter.report()
    registry.losesAnswers = false
    await reporter.report()
    await reporter.report()
    expect([counted(), taken.length]).toEqual([42, 2])
  })

  it('keeps everything in bounded room while the registry is away', async () => {
    const { reporter, registry, count, counted, later, taken } = setting(2)
    registry.fails = true
    for (let round = 0; round < 30; round++) {
      for (const operation of operations) count(1, operation)
      await reporter.report()
      later(HOUR_MS / 10)
    }
    registry.fails = false
    await reporter.report()
    await reporter.report()
    expect(counted()).toBe(120)
    expect(Math.max(...taken.map((report) => report.requests.length))).toBeLessThan(10)
  })

  it('reports what is left when it stops', async () => {
    const { reporter, count, counted } = setting()
    reporter.start()
    count(7)
    await reporter.stop()
    expect(counted()).toBe(7)
  })

  it('goes on after a report that the registry refuses', async () => {
    const { reporter, registry, count, counted } = setting()
    registry.refuses = true
    count(1)
    await reporter.report()
    registry.refuses = false
    count(5)
    await reporter.report()
    expect(counted()).toBe(5)
  })

  it('divides what is too large for one report', async () => {
    const { reporter, count, counted, taken } = setting()
    const fields = Array.from({ length: 1_000 }, (_, n) => `Query.${'f'.repeat(50)}${n}`)
    for (let n = 0; n < 40; n++) {
      const hash = n.toString(16).padStart(64, '0')
      count(1, { hash, name: null, document: '{ a }', fields })
    }
    await reporter.report()
    expect(taken.length).toBeGreaterThan(2)
    expect(Math.max(...taken.map((report) => JSON.stringify(report).length))).toBeLessThan(1_100_000)
    expect(counted()).toBe(40)
  })
})
