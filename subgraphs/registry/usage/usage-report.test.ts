import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ControlClient } from '../../../shared/control/client.js'
import type { PredictionUse, RequestUse, UsedOperation } from '../../../shared/control/usage.js'
import { countLatencies } from '../../../shared/telemetry/latency-counts.js'
import { done, publishVersion, registerModel } from '../testing/catalogue.js'
import { ADA, make, ROOT } from '../testing/self-service.js'
import { clientWith, TestRegistry } from '../testing/test-registry.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS

const FIND: UsedOperation = {
  hash: 'a'.repeat(64),
  name: 'Find',
  document: 'query Find { models }',
  fields: ['Query.models'],
}
const LOOK: UsedOperation = {
  hash: 'b'.repeat(64),
  name: null,
  document: '{ model { name } }',
  fields: ['Model.name', 'Query.model'],
}

let registry: TestRegistry
let control: ControlClient
let shop: string

beforeAll(async () => {
  registry = await TestRegistry.start()
  control = registry.control()
  await registerModel(registry)
  await publishVersion(registry, 'risk-1')
  shop = (await make(registry, ADA, 'shop', { scopes: ['catalogue:read'] })).client.id
})

afterAll(async () => {
  await control.close()
  await registry.remove()
})

const request = (requests: number, given: Partial<RequestUse> = {}): RequestUse => ({
  hour,
  client: shop,
  operation: FIND.hash,
  requests,
  failed: 0,
  codes: {},
  latencies: countLatencies(Array.from({ length: requests }, (_, n) => n + 1)),
  ...given,
})

const prediction = (rows: number, given: Partial<PredictionUse> = {}): PredictionUse => ({
  ...{ hour, client: shop, operation: FIND.hash, model: 'payment-risk', version: 1, fetches: 1, rows, failed: 1 },
  latencies: countLatencies([10]),
  ...given,
})

const report = (instance: string, number: number, requests: RequestUse[], predictions: PredictionUse[] = []) => ({
  ...{ instance, number, requests, predictions, operations: [FIND, LOOK], otherFields: [] },
})

const ALL = `requests failedRequests errors { code requests } predictions failedPredictions latency { p50 p99 }`
const USAGE = `query ($by: [UsageDimension!], $filter: UsageFilterInput, $from: DateTimeISO, $to: DateTimeISO, $top: Int) {
  usage(by: $by, filter: $filter, from: $from, to: $to, top: $top) {
    hasMore from to
    total { ${ALL} }
    rows { client operation { hash name document } field model version team start ${ALL} }
  }
}`

interface UsageCount {
  readonly client: string
  readonly requests: number
  readonly predictions: number
}

async function usage(variables: object, identity = ROOT) {
  return (await done(registry.askAs(identity, USAGE, variables))).usage
}

describe('usage that gateways tell', () => {
  it('is counted once, however often a report comes', async () => {
    const first = report(
      'gateway-1',
      1,
      [
        request(10),
        request(5, { operation: LOOK.hash, failed: 2, codes: { FORBIDDEN: 2, OVERLOADED: 1 } }),
        request(1, { client: 'none', operation: 'none', failed: 1, codes: { UNAUTHENTICATED: 1 } }),
      ],
      [prediction(8), prediction(4, { version: 2, failed: 0 })],
    )
    await Promise.all([control.usage(first), control.usage(first)])
    await control.usage(first)
    expect((await usage({})).total).toMatchObject({
      requests: 16,
      failedRequests: 3,
      predictions: 12,
      failedPredictions: 1,
    })
  })

  it('is summed over gateways that report at the same moment', async () => {
    const before = (await usage({})).total.requests
    const instances = Array.from({ length: 8 }, (_, n) => `crowd-${n}`)
    const fresh = { client: 'crowd', operation: LOOK.hash }
    await Promise.all(instances.map((instance) => control.usage(report(instance, 1, [request(3, fresh)]))))
    expect((await usage({})).total.requests).toBe(before + 24)
  })

  it('is completed by the same report after it was cut off', async () => {
    const cut = report('cut', 1, [request(2, { client: 'cut-a' }), request(2, { client: 'cut-b' })])
    await control.usage({ ...cut, requests: cut.requests.slice(0, 1) })
    await control.usage(cut)
    const { rows } = await usage({ by: ['CLIENT'] })
    const counts = rows.filter(({ client }: { client: string }) => client.startsWith('cut-'))
    expect(counts.map(({ requests }: { requests: number }) => requests)).toEqual([2, 2])
  })

  it('is refused when it is none', async () => {
    expect(await control.usage(report('bad', 0, []))).toBe('refused')
    expect(await control.usage(report('bad', 1, [request(1, { codes: { 'a.b': 1 } })]))).toBe('refused')
  })
})

describe('usage', () => {
  it('is counted by client and operation, errors by their code', async () => {
    const { rows } = await usage({ by: ['CLIENT', 'OPERATION'], filter: { client: 'shop' } })
    expect(rows).toMatchObject([
      {
        client: 'shop',
        operation: { name: 'Find', document: FIND.document },
        requests: 10,
        predictions: 12,
        field: null,
      },
      {
        client: 'shop',
        operation: { hash: LOOK.hash, name: null },
        requests: 5,
        errors: [
          { code: 'FORBIDDEN', requests: 2 },
          { code: 'OVERLOADED', requests: 1 },
        ],
      },
    ])
  })

  it('tells quantiles of merged histograms', async () => {
    const { latency } = (await usage({ filter: { operation: 'Find', client: 'shop' } })).total
    expect(latency.p50).toBeGreaterThan(4.94)
    expect(latency.p50).toBeLessThan(5.06)
    expect(Math.abs(latency.p99 / 10 - 1)).toBeLessThan(0.0101)
  })

  it('is counted by field, model, version, team, hour and day', async () => {
    const fields = (await usage({ by: ['FIELD'], filter: { client: 'shop' } })).rows
    expect(fields.map((row: { field: string; requests: number }) => [row.field, row.requests])).toEqual([
      ['Query.models', 10],
      ['Model.name', 5],
      ['Query.model', 5],
    ])
    const versions = (await usage({ by: ['VERSION', 'TEAM'] })).rows
    expect(versions).toMatchObject([
      { model: 'payment-risk', version: 1, team: 'payments', requests: null, predictions: 8, failedPredictions: 1 },
      { model: 'payment-risk', version: 2, team: 'payments', predictions: 4 },
    ])
    const [byHour] = (await usage({ by: ['HOUR'], filter: { client: 'shop' } })).rows
    expect([byHour.start, byHour.requests]).toEqual([new Date(hour).toISOString(), 15])
    const wide = { from: new Date(hour - 300 * DAY_MS), to: new Date(hour + DAY_MS) }
    const days = await usage({ ...wide, by: ['DAY'], filter: { client: 'shop' } })
    expect(days.rows).toMatchObject([
      { start: new Date(Math.floor(hour / DAY_MS) * DAY_MS).toISOString(), requests: 15 },
    ])
  })

  it('is bounded, and says that there is more', async () => {
    const { rows, hasMore } = await usage({ by: ['CLIENT'], top: 1 })
    expect([rows.length, hasMore]).toEqual([1, true])
    for (const wrong of [
      { top: 0 },
      { by: ['FIELD', 'MODEL'] },
      { by: ['HOUR', 'DAY', 'CLIENT', 'OPERATION', 'FIELD'] },
      { from: new Date(hour), to: new Date(hour) },
      { by: ['HOUR'], from: new Date(hour - 100 * DAY_MS) },
    ]) {
      const { errors } = await registry.askAs(ROOT, USAGE, wrong)
      expect(errors?.[0]?.extensions.code, JSON.stringify(wrong)).toBe('BAD_USER_INPUT')
    }
  })

  it('is seen by a client for itself, by a team for its models, by nobody else', async () => {
    const itself = { ...clientWith([]), subject: `client:${shop}` }
    expect((await usage({}, itself)).total).toMatchObject({ requests: 15, predictions: 12 })
    const team = { ...clientWith(['publish:payments']), subject: 'client:team' }
    expect((await usage({ by: ['MODEL'] }, team)).rows).toMatchObject([{ model: 'payment-risk', predictions: 12 }])
    expect((await usage({}, team)).total.requests).toBe(0)
    const stranger = { ...clientWith(['predict:*']), subject: 'client:stranger' }
    expect((await usage({ by: ['MODEL'] }, stranger)).rows).toEqual([])
    expect((await usage({}, stranger)).total).toMatchObject({ requests: 0, predictions: 0 })
  })

  it('is of clients of other issuers as well, by ids as these make them', async () => {
    const clients = ['hospital:ward-7', 'okta:auth0|5f/none', 'okta:auth0|5f']
    const requests = clients.map((client, at) => request(at + 1, { client }))
    const predictions = clients.map((client, at) => prediction(at + 1, { client, failed: 0 }))
    const told = report('tokens', 1, requests, predictions)
    expect([await control.usage(told), await control.usage(told)]).toEqual(['counted', 'counted'])
    const { rows } = await usage({ by: ['CLIENT'] })
    const counts = rows.filter(({ client }: { client: string }) => clients.includes(client))
    expect(counts.map((row: UsageCount) => [row.client, row.requests, row.predictions])).toEqual([
      ['okta:auth0|5f', 3, 3],
      ['okta:auth0|5f/none', 2, 2],
      ['hospital:ward-7', 1, 1],
    ])
    const ward = { ...clientWith([]), subject: 'client:hospital:ward-7' }
    expect((await usage({}, ward)).total).toMatchObject({ requests: 1, predictions: 1 })
  })

  it('is of the clients that the filter names, of those that the caller may see', async () => {
    const other = (await make(registry, ADA, 'other-shop', { scopes: [] })).client.id
    await control.usage(report('others', 1, [request(7, { client: other })]))
    const requests = async (filter: object) => (await usage({ filter }, ADA)).total.requests
    expect(await requests({})).toBe(22)
    expect(await requests({ client: 'other-shop' })).toBe(7)
    expect(await requests({ client: 'hospital:ward-7' })).toBe(0)
  })
})

describe('the usage that me tells', () => {
  const ME = `query ($by: [UsageDimension!], $filter: UsageFilterInput, $from: DateTimeISO, $to: DateTimeISO) { me { usage {
    requests lastUsedAt
    report(by: $by, filter: $filter, from: $from, to: $to) { total { ${ALL} } rows { model version operation { name } start ${ALL} } }
  } } }`
  const mine = async (subject: string, variables: object = {}) =>
    (await done(registry.askAs({ ...clientWith([]), subject }, ME, variables))).me.usage

  it('is that of the caller alone: by operation, model and time, with errors and quantiles', async () => {
    const { report: byOperation } = await mine(`client:${shop}`, { by: ['OPERATION'] })
    expect(byOperation.total).toMatchObject({ requests: 15, failedRequests: 2, predictions: 12, failedPredictions: 1 })
    expect(byOperation.rows[1].errors).toEqual([
      { code: 'FORBIDDEN', requests: 2 },
      { code: 'OVERLOADED', requests: 1 },
    ])
    expect(Math.abs(byOperation.rows[0].latency.p99 / 10 - 1)).toBeLessThan(0.0101)
    const { report: byModel } = await mine(`client:${shop}`, { by: ['VERSION', 'HOUR'] })
    expect(byModel.rows).toMatchObject([
      { model: 'payment-risk', version: 1, start: new Date(hour).toISOString(), predictions: 8 },
      { model: 'payment-risk', version: 2, predictions: 4 },
    ])
    const before = { from: new Date(hour - HOUR_MS), to: new Date(hour) }
    expect((await mine(`client:${shop}`, before)).report.total.requests).toBe(0)
  })

  it('is told to the holder of a token, too', async () => {
    const { requests, lastUsedAt, report: told } = await mine('client:hospital:ward-7')
    expect([requests, lastUsedAt, told.total.requests]).toEqual([1, null, 1])
  })

  it.each(['shop', 'other-shop', 'none'])('is never that of another client: %s', async (client) => {
    const { report: told } = await mine('client:hospital:ward-7', { filter: { client } })
    expect(told.total).toMatchObject({ requests: 0, predictions: 0 })
    const { report: models } = await mine('client:hospital:ward-7', { filter: { client }, by: ['MODEL'] })
    expect(models.rows).toEqual([])
  })

  it('is not there for who is no client', async () => {
    expect((await done(registry.askAs(ADA, '{ me { usage { requests } } }'))).me.usage).toBeNull()
  })
})

describe('what is unused', () => {
  const since = (time: number) => ({ since: new Date(time) })

  it('are the fields that no operation has asked since', async () => {
    const query = 'query ($since: DateTimeISO!) { unusedFields(since: $since) { coordinate } }'
    const unused = async (time: number): Promise<string[]> =>
      (await done(registry.ask(['catalogue:read'], query, since(time)))).unusedFields.map(
        ({ coordinate }: { coordinate: string }) => coordinate,
      )
    const now = await unused(hour)
    expect(now).toContain('Model.description')
    expect(now).not.toContain('Model.name')
    expect(now.some((coordinate) => coordinate.startsWith('join__'))).toBe(false)
    expect(await unused(Date.now() + HOUR_MS)).toContain('Model.name')
    await control.usage({ ...report('gateway-2', 1, []), operations: [], otherFields: ['Model.description'] })
    expect(await unused(hour)).not.toContain('Model.description')
  })

  it('are the models that have predicted nothing since', async () => {
    const query = 'query ($since: DateTimeISO!) { unusedModels(since: $since) { name team lastUsedAt } }'
    const unused = async (time: number) =>
      (await done(registry.ask(['catalogue:read'], query, since(time)))).unusedModels
    expect(await unused(hour)).toEqual([])
    const lastUsedAt = new Date(Math.floor(hour / DAY_MS) * DAY_MS).toISOString()
    expect(await unused(hour + DAY_MS)).toEqual([{ name: 'payment-risk', team: 'payments', lastUsedAt }])
  })
})
