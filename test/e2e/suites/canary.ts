import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { until } from '../../../shared/testing/until.js'
import { cardOf } from '../cards.js'
import { admin, app, network } from '../network.js'
import { type Judged, judge, tellTruth } from '../payments.js'
import { publishVersion } from '../publish-version.js'
import { answered, type HistoryRecord, rolloutClient } from '../rollout-client.js'

const MODEL = 'fraud-detector'
const INTERVAL_MS = 1_000
const THRESHOLD = 2

/** Published in this order, as versions from 2; each with the probability that it gives a payment at home. */
const CANARIES = { throwing: 0.25, 'not-a-number': 0.25, slow: 0.25, worse: 0.9, better: 0.01 }
type CanaryName = keyof typeof CANARIES
const versionOf = (name: CanaryName) => Object.keys(CANARIES).indexOf(name) + 2

const rollout = rolloutClient(admin, MODEL)

describe('a canary', () => {
  it.each(Object.keys(CANARIES) as CanaryName[])('that is %s is published', async (name) => {
    const card = cardOf(MODEL)
    const goldenRows = card.goldenRows.slice(0, 3).map(({ input }) => ({
      input: { ...input, foreignCountry: false },
      output: { probability: CANARIES[name] },
    }))
    const bytes = readFileSync(`test/e2e/fixtures/${name}.onnx`)
    const published = await publishVersion(network, MODEL, bytes, { ...card, version: versionOf(name), goldenRows })
    expect(published).toMatchObject({ created: true, findings: [] })
  })
})

interface Trial {
  readonly weight: number
  readonly condition: object
  readonly durationMs?: number
  readonly steps?: number
  readonly tells?: boolean
}

interface Ended {
  readonly history: readonly HistoryRecord[]
  readonly payments: readonly Judged[]
}

/** Puts a canary on trial under traffic until its rollout ends in a state; the records are those since the start. */
async function tryOut(name: CanaryName, ending: string, trial: Trial): Promise<Ended> {
  const { weight, condition, durationMs = 600_000, steps: count = 1, tells = false } = trial
  const steps = Array.from({ length: count }, (_, step) => ({ weight: weight + 10 * step, durationMs }))
  const gate = {
    conditions: [{ minimumSample: 20, ...condition }],
    intervalMs: INTERVAL_MS,
    threshold: THRESHOLD,
  }
  const start = await rollout.change('startRollout', { input: { version: versionOf(name), steps, gate } })
  const payments: Judged[] = []
  let untold: Judged[] = []
  await until(
    async () => {
      const judged = await judge(app)
      payments.push(...judged)
      if (tells) untold = await tellTruth(app, [...untold, ...judged])
      const { state } = await rollout.read()
      // Where outcomes come too late for a step on a busy machine, somebody lets it go on.
      if (state === 'PAUSED' && state !== ending) await rollout.change('resumeRollout')
      return state === ending
    },
    { limitMs: 90_000, everyMs: 150 },
  )
  const history = (await rollout.history(50))
    .filter(
      ({ revision, action, to }) =>
        revision >= start && action !== 'resume' && (to.state !== 'PAUSED' || ending === 'PAUSED'),
    )
    .reverse()
  return { history, payments }
}

/** Rolled back by itself, after so many failures in a row, in the time that they may take. */
function expectRolledBack({ history, payments }: Ended, measure: string): void {
  expect(history.map(({ action }) => action)).toEqual(['start', 'admit', ...new Array(THRESHOLD).fill('fail')])
  const [first, last] = [history[2]!, history.at(-1)!]
  expect(last).toMatchObject({ by: 'rollout', to: { state: 'ROLLED_BACK', champion: 1, canary: null } })
  expect(last.figures).toMatchObject([{ measure, verdict: 'FAIL', canary: { sample: expect.any(Number) } }])
  expect(last.reason).toMatch(
    new RegExp(`^The gate failed, 2 of 2 times in a row. ${measure} against CHAMPION: .*bad side`),
  )
  expect(Date.parse(last.at) - Date.parse(first.at)).toBeLessThanOrEqual(INTERVAL_MS * THRESHOLD)
  expect(new Set(payments.map(({ route }) => route))).toContain('CANARY')
}

/** Odd payments that the rollout gave to a canary which fails them were answered by the champion. */
function expectFallback(name: CanaryName, { payments }: Ended): void {
  const fallback = payments.filter(({ route }) => route === 'FALLBACK')
  expect(fallback.length).toBeGreaterThan(0)
  expect(new Set(fallback.map(({ version }) => version))).toEqual(new Set([1]))
  expect(payments.filter(({ version, isOdd }) => version === versionOf(name) && isOdd)).toEqual([])
}

describe('a canary is rolled back by itself, and no client sees a failure', () => {
  it.each([
    ['throwing', 'ERROR_RATE'],
    ['not-a-number', 'INVALID_PREDICTION_RATE'],
  ] as const)('that is %s', async (name, measure) => {
    const ended = await tryOut(name, 'ROLLED_BACK', { weight: 50, condition: { measure, bound: 0.05 } })
    expectRolledBack(ended, measure)
    expectFallback(name, ended)
  })

  it('that is 50 ms slower', async () => {
    const condition = { measure: 'P99_LATENCY', bound: 20 }
    const ended = await tryOut('slow', 'ROLLED_BACK', { weight: 5, condition })
    expectRolledBack(ended, 'P99_LATENCY')
  })

  it('that is worse by the outcomes that clients tell', async () => {
    const first = await judge(app, 2)
    await until(async () => (await tellTruth(app, first)).length === 0)
    const condition = { measure: 'ACCURACY', bound: 0.1 }
    const ended = await tryOut('worse', 'ROLLED_BACK', { weight: 50, condition, tells: true })
    expectRolledBack(ended, 'ACCURACY')
    expect(ended.history.at(-1)!.figures).toMatchObject([
      { champion: { value: expect.closeTo(0.5, 0) }, canary: { value: 0 } },
    ])
  })
})

describe('a canary on trial', () => {
  it('with too few outcomes pauses at the end of its step, for somebody to decide', async () => {
    const condition = { measure: 'ACCURACY', bound: 0.1, minimumSample: 1_000_000 }
    const { history } = await tryOut('better', 'PAUSED', { weight: 50, condition, durationMs: 1_000 })
    expect(history.map(({ action }) => action)).toEqual(['start', 'admit', 'pause'])
    expect(history[2]).toMatchObject({ by: 'rollout', figures: [{ verdict: 'INCONCLUSIVE' }] })
    expect(history[2]!.reason).toMatch(
      /Step 1 of 1 \(50 %\) is over and the gate is inconclusive.*Too few observations/,
    )
    await rollout.change('rollBackRollout')
  })

  it('that is better by outcomes goes through its steps and is promoted', async () => {
    const condition = { measure: 'ACCURACY', bound: -0.1, minimumSample: 10 }
    const trial = { weight: 40, condition, steps: 2, durationMs: 4_000, tells: true }
    const { history } = await tryOut('better', 'PROMOTED', trial)
    expect(history.map(({ action }) => action)).toEqual(['start', 'admit', 'step', 'promote'])
    expect(history.map(({ to }) => to.canary?.weight)).toEqual([0, 40, 50, undefined])
    expect(history.at(-1)).toMatchObject({ by: 'rollout', to: { champion: versionOf('better') } })
    expect(history.at(-1)!.figures).toMatchObject([{ verdict: 'PASS', canary: { value: 1 } }])
  })
})

describe('the outcomes that were told', () => {
  const window = { from: new Date(), to: new Date(Date.now() + 3_600_000) }
  const [worse, better] = [versionOf('worse'), versionOf('better')]
  const reading = 'version sample value interval { lower upper }'

  it('are read as a metric of each version', async () => {
    const query = `query ($window: TimeWindowInput!, $versions: [Int!]!) {
      outcomeMetrics(model: "${MODEL}", metric: ACCURACY, window: $window, versions: $versions) { ${reading} } }`
    const { outcomeMetrics } = await answered(admin(query, { window, versions: [1, worse, better, 2] }))
    expect(outcomeMetrics).toMatchObject([
      { version: 1, interval: { lower: expect.any(Number) } },
      { version: worse, value: 0, interval: { lower: 0 } },
      { version: better, value: 1, interval: { upper: 1 } },
      { version: 2, sample: 0, value: null, interval: null },
    ])
    for (const { sample } of outcomeMetrics.slice(0, 3)) expect(sample).toBeGreaterThan(20)
  })

  it.each([
    [better, 1, 'A_IS_BETTER'],
    [worse, 1, 'B_IS_BETTER'],
    [better, 2, 'INCONCLUSIVE'],
  ])('tell of version %i beside version %i: %s', async (a, b, verdict) => {
    const query = `query ($window: TimeWindowInput!, $a: Int!, $b: Int!) {
      compare(model: "${MODEL}", a: $a, b: $b, metric: ACCURACY, window: $window) {
        a { value } b { value } difference interval { lower upper } verdict } }`
    const { compare } = await answered(admin(query, { window, a, b }))
    expect(compare.verdict).toBe(verdict)
    expect(compare.difference).toBe(b === 2 ? null : compare.a.value - compare.b.value)
  })
})
