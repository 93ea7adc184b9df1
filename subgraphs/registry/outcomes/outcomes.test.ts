import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishVersion, READER, registerModel, TEAM } from '../testing/catalogue.js'
import { callOf, chunkOf, framesOf, predictionIds } from '../testing/chunks.js'
import { clientWith, type GraphqlAnswer, TestRegistry } from '../testing/test-registry.js'
import type { OutcomeDocument } from './outcome-document.js'

const RECORD = `mutation ($outcomes: [OutcomeInput!]!) {
  recordOutcomes(outcomes: $outcomes) { predictionId status message }
}`
const COMPARE = `query ($metric: OutcomeMetric!, $window: TimeWindowInput!) {
  compare(model: "payment-risk", a: 2, b: 1, metric: $metric, window: $window) {
    a { sample value interval { lower upper } } b { sample value } difference interval { lower upper } verdict
  }
}`
const APP = ['predict:payment-risk']
const DAY_MS = 86_400_000

interface Told {
  readonly predictionId: string
  readonly value: number
  readonly time?: string
  readonly label?: string
}

let registry: TestRegistry

beforeAll(async () => {
  registry = await TestRegistry.start()
  await registerModel(registry)
  await publishVersion(registry, 'risk-1')
  await publishVersion(registry, 'risk-2', { version: 2 })
})
afterAll(() => registry.remove())

describe('an outcome', () => {
  it('is recorded once, corrected with its history kept, and each of a list answered for itself', async () => {
    const [first, second, failed] = await predicted(3, { errors: [[2, 'INFERENCE_FAILED']] })
    const [unknown] = predictionIds(Date.now(), 1)
    expect(
      await statuses(APP, [
        { predictionId: first!, value: 1 },
        { predictionId: first!, value: 1 },
        { predictionId: first!, value: 0, label: 'REFUNDED' },
        { predictionId: unknown!, value: 1 },
        { predictionId: 'no id', value: 1 },
        { predictionId: failed!, value: 1 },
        { predictionId: second!, value: 0, time: new Date(Date.now() - 1_000).toISOString() },
      ]),
    ).toEqual([
      'RECORDED',
      'DUPLICATE',
      'CORRECTED',
      'UNKNOWN_PREDICTION',
      'BAD_USER_INPUT',
      'BAD_USER_INPUT',
      'RECORDED',
    ])
    const stored = await outcomeOf(first!)
    expect(stored).toMatchObject({ value: 0, label: 'REFUNDED', revision: 2, by: 'tester', model: 'payment-risk' })
    expect(stored.outputs).toEqual({ probability: 0.5, risky: true })
    expect(stored.corrected).toMatchObject([{ value: 1, label: null, by: 'tester' }])
  })

  it("is refused for someone else's prediction, and taken from the model's team", async () => {
    const [id] = await predicted(1, {}, 'another-app')
    const told = [{ predictionId: id!, value: 1 }]
    const { data } = await record(APP, told)
    expect(data.recordOutcomes[0]).toMatchObject({ status: 'FORBIDDEN', predictionId: id })
    expect(data.recordOutcomes[0].message).toContain('predict:payment-risk')
    expect(await outcomeOf(id!)).toBeNull()
    expect(await statuses(['publish:another-team'], told)).toEqual(['FORBIDDEN'])
    expect(await statuses(TEAM, told)).toEqual(['RECORDED'])
    expect(await statuses(['admin'], told)).toEqual(['DUPLICATE'])
  })

  it('needs the grant for the model, even for an own prediction', async () => {
    const [id] = await predicted(1)
    expect(await statuses(['predict:another-model'], [{ predictionId: id!, value: 1 }])).toEqual(['FORBIDDEN'])
    expect(await statuses(['predict:*'], [{ predictionId: id!, value: 1 }])).toEqual(['RECORDED'])
  })

  it('may come late, but not after the bound, nor from before its prediction or the future', async () => {
    const [late] = await predicted(1, {}, 'tester', Date.now() - 89 * DAY_MS)
    const [tooLate] = await predicted(1, {}, 'tester', Date.now() - 91 * DAY_MS)
    const [id] = await predicted(1)
    const at = (offset: number) => new Date(Date.now() + offset).toISOString()
    expect(
      await statuses(APP, [
        { predictionId: late!, value: 1 },
        { predictionId: tooLate!, value: 1 },
        { predictionId: id!, value: 1, time: at(-DAY_MS) },
        { predictionId: id!, value: 1, time: at(DAY_MS) },
      ]),
    ).toEqual(['RECORDED', 'BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT'])
    expect(await outcomeOf(id!)).toBeNull()
  })

  it('keeps every correction that two tellers make at once', async () => {
    const [id] = await predicted(1)
    const values = [1, 2, 3, 4, 5, 6]
    const answers = await Promise.all(values.map((value) => statuses(TEAM, [{ predictionId: id!, value }])))
    expect(answers.flat().sort()).toEqual([...new Array(5).fill('CORRECTED'), 'RECORDED'])
    const { value, corrected, revision } = await outcomeOf(id!)
    expect(revision).toBe(6)
    expect([value, ...corrected.map((told) => told.value)].sort()).toEqual(values)
  })

  it('comes in lists of at most 1,000', async () => {
    const none = await record(APP, [])
    const many = await record(APP, new Array(1_001).fill({ predictionId: 'x', value: 1 }))
    expect([none, many].map(({ errors }) => errors?.[0]?.extensions.code)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT'])
  })
})

describe('the outcomes of a window', () => {
  // A time of its own, so that no other test's outcomes are in it.
  const start = Date.now() - 20 * DAY_MS
  const window = { from: new Date(start - 1_000).toISOString(), to: new Date(start + 1_000).toISOString() }

  beforeAll(async () => {
    // Version 1 is right for 60 % of 200 payments, version 2 for 90 %; a shadow's outcomes are nobody's conversion.
    await predictedAndTold(1, 0.6, 'CHAMPION', start)
    await predictedAndTold(2, 0.9, 'CANARY', start)
    await predictedAndTold(2, 0, 'SHADOW', start)
  })

  it('say which of two versions is better, and how sure that is', async () => {
    const { data } = await registry.ask(READER, COMPARE, { metric: 'ACCURACY', window })
    expect(data.compare).toMatchObject({
      a: { sample: 200, value: 0.9 },
      b: { sample: 200, value: 0.6 },
      verdict: 'A_IS_BETTER',
    })
    expect(data.compare.difference).toBeCloseTo(0.3, 12)
    expect(data.compare.interval.lower).toBeGreaterThan(0.2)
    expect(data.compare.a.interval.upper).toBeLessThan(0.94)
  })

  it('turn the verdict around for a metric that is better when lower', async () => {
    const { data } = await registry.ask(READER, COMPARE, { metric: 'RMSE', window })
    expect(data.compare.difference).toBeLessThan(0)
    expect(data.compare.verdict).toBe('A_IS_BETTER')
  })

  it('decide nothing where versions do equally, or there are none', async () => {
    const conversion = await registry.ask(READER, COMPARE, { metric: 'CONVERSION_RATE', window })
    expect(conversion.data.compare).toMatchObject({ difference: 0, verdict: 'INCONCLUSIVE' })
    const empty = { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' }
    const { data } = await registry.ask(READER, COMPARE, { metric: 'ROC_AUC', window: empty })
    expect(data.compare).toMatchObject({ a: { sample: 0, value: null }, difference: null, verdict: 'INCONCLUSIVE' })
  })

  it('give each version its metric with an interval', async () => {
    const query = `query ($window: TimeWindowInput!) {
      outcomeMetrics(model: "payment-risk", metric: PRECISION, window: $window, versions: [1, 2]) {
        version sample value interval { lower upper }
      }
    }`
    const { data } = await registry.ask(['predictions:read'], query, { window })
    expect(data.outcomeMetrics).toMatchObject([
      { version: 1, sample: 100, value: 0.6 },
      { version: 2, sample: 100, value: 0.9 },
    ])
  })

  it.each([
    [
      'metric: ACCURACY, window: { from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }, a: 1, b: 2',
      'BAD_USER_INPUT',
    ],
    [
      'metric: ACCURACY, window: { from: "2020-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }, a: 1, b: 2',
      'BAD_USER_INPUT',
    ],
    [`${windowText()}, metric: ACCURACY, confidence: 95, a: 1, b: 2`, 'BAD_USER_INPUT'],
    [`${windowText()}, metric: RMSE, output: "risky", a: 1, b: 2`, 'BAD_USER_INPUT'],
    [`${windowText()}, metric: ACCURACY, a: 1, b: 9`, 'MODEL_NOT_FOUND'],
  ])('refuse %s', async (args, code) => {
    const { errors } = await registry.ask(READER, `{ compare(model: "payment-risk", ${args}) { verdict } }`)
    expect(errors?.[0]?.extensions.code).toBe(code)
  })
})

/** The ids of predictions of `payment-risk` that were delivered, by a client, at a time. */
async function predicted(
  count: number,
  overrides: Parameters<typeof chunkOf>[1] = {},
  client = clientWith([]).client,
  time = Date.now() - 5_000,
): Promise<string[]> {
  const ids = predictionIds(time, count)
  const chunk = chunkOf(ids, overrides)
  const control = registry.control()
  await control.predictions(framesOf({ ...chunk, calls: chunk.calls.map((call) => ({ ...call, client })) }))
  await control.close()
  return ids
}

/** 200 payments, every other one disputed; the version says 0.9 or 0.1, and is right for this share of either kind. */
async function predictedAndTold(version: number, right: number, route: string, time: number): Promise<void> {
  const truth = Array.from({ length: 200 }, (_, row) => row % 2)
  const scores = truth.map((value, row) => (Math.floor(row / 2) < right * 100 === (value === 1) ? 0.9 : 0.1))
  const ids = await predicted(
    200,
    {
      head: { version },
      calls: [callOf(200, { route })],
      outputs: { probability: scores, risky: scores.map((score) => score > 0.5) },
    },
    'tester',
    time,
  )
  const told = ids.map((predictionId, row) => ({ predictionId, value: truth[row]! }))
  expect(new Set(await statuses(APP, told))).toEqual(new Set(['RECORDED']))
}

function record(scopes: readonly string[], outcomes: readonly Told[]): Promise<GraphqlAnswer> {
  return registry.ask(scopes, RECORD, { outcomes })
}

async function statuses(scopes: readonly string[], outcomes: readonly Told[]): Promise<string[]> {
  const { data, errors } = await record(scopes, outcomes)
  if (errors) throw new Error(JSON.stringify(errors))
  return data.recordOutcomes.map(({ status }: { status: string }) => status)
}

async function outcomeOf(id: string): Promise<OutcomeDocument> {
  let found: OutcomeDocument | null = null
  await registry.withDatabase(async ({ outcomes }) => {
    found = await outcomes.findById(id).lean<OutcomeDocument>()
  })
  return found as unknown as OutcomeDocument
}

function windowText(): string {
  return 'window: { from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" }'
}
