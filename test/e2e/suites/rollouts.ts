import { describe, expect, it } from 'vitest'
import { until } from '../../../shared/testing/until.js'
import { cardOf } from '../cards.js'
import { admin, app } from '../network.js'

const MODEL = 'malignancy-risk'
const KEYS = Array.from({ length: 100 }, (_, place) => `customer-${place}`)
const input = cardOf(MODEL).goldenRows[0]!.input
const RISKS = `query Risks($input: MassMeasurements!) { ${KEYS.map(
  (key, place) => `k${place}: malignancyRisk(input: $input, routingKey: "${key}") { route servedBy { version } }`,
).join(' ')} }`

/** What answers each key: `1 CHAMPION`. */
async function answers(): Promise<string[]> {
  const { data, errors } = await app(RISKS, { input })
  expect(errors).toEqual([])
  return KEYS.map((_, place) => `${data[`k${place}`].servedBy.version} ${data[`k${place}`].route}`)
}

const all = async (answer: string) => (await answers()).every((each) => each === answer)

async function rollout() {
  const { data, errors } = await admin(`{ rollout(model: "${MODEL}") { revision state champion canary { weight } } }`)
  expect(errors).toEqual([])
  return data.rollout
}

/** Does a mutation on the rollout as it is now. */
async function change(mutation: string, more: { type?: string; input?: object } = {}): Promise<void> {
  const { revision } = await rollout()
  const [declared, passed] = more.type ? [`, $input: ${more.type}!`, ', input: $input'] : ['', '']
  const { errors } = await admin(
    `mutation Change($revision: Int!${declared}) {
       ${mutation}(model: "${MODEL}", revision: $revision, reason: "End-to-end test."${passed}) { revision } }`,
    { revision, ...(more.input && { input: more.input }) },
  )
  expect(errors).toEqual([])
}

async function liveAt(time: Date) {
  const { data, errors } = await admin(
    `query Live($time: DateTimeISO!) { liveAt(model: "${MODEL}", time: $time) { champion canary { version weight } } }`,
    { time: time.toISOString() },
  )
  expect(errors).toEqual([])
  return data.liveAt
}

/** A gate with an absolute bound, evaluated often. */
function gateOn({ measure, bound }: { measure: string; bound: number }) {
  const condition = { measure, bound, against: 'ABSOLUTE', minimumSample: 10, confidence: 0.95 }
  return { conditions: [condition], intervalMs: 400, threshold: 2 }
}

async function history(first: number) {
  const { data, errors } = await admin(
    `{ rolloutHistory(model: "${MODEL}", first: ${first}) { nodes { by action reason figures { measure verdict } } } }`,
  )
  expect(errors).toEqual([])
  return data.rolloutHistory.nodes
}

describe('a rollout', () => {
  const moments: Date[] = []
  const steps = [
    { weight: 50, durationMs: 600_000 },
    { weight: 80, durationMs: 600_000 },
  ]

  it('puts a version in front of half of the keys, each key always the same version', async () => {
    expect(await all('1 CHAMPION')).toBe(true)
    moments.push(new Date())
    await change('startRollout', { type: 'StartRolloutInput', input: { version: 2, steps } })
    await until(async () => (await answers()).includes('2 CANARY'))
    moments.push(new Date())
    const first = await answers()
    expect(new Set(first)).toEqual(new Set(['1 CHAMPION', '2 CANARY']))
    // Half of a hundred, within five standard deviations.
    expect(Math.abs(first.filter((answer) => answer === '2 CANARY').length - 50)).toBeLessThanOrEqual(25)
    expect(await answers()).toEqual(first)

    await change('stepRollout')
    const before = new Set(KEYS.filter((_, place) => first[place] === '2 CANARY'))
    const inCohort = async () => {
      const now = await answers()
      return new Set(KEYS.filter((_, place) => now[place] === '2 CANARY'))
    }
    await until(async () => (await inCohort()).size > before.size)
    const after = await inCohort()
    expect([...before].filter((key) => !after.has(key))).toEqual([])
  })

  it('is promoted and rolled back again, and no request fails meanwhile', async () => {
    await change('promoteRollout')
    await until(() => all('2 CHAMPION'))
    moments.push(new Date())
    const { data } = await app(`{ model(name: "${MODEL}") { champion { version } } }`)
    expect(data.model.champion.version).toBe(2)

    await change('rollBackRollout')
    await until(() => all('1 CHAMPION'))
    expect(await rollout()).toMatchObject({ state: 'ROLLED_BACK', champion: 1, canary: null })
    moments.push(new Date())
  })

  it('tells what was live before, while and after', async () => {
    expect(await Promise.all(moments.map(liveAt))).toEqual([
      { champion: 1, canary: null },
      { champion: 1, canary: { version: 2, weight: 50 } },
      { champion: 2, canary: null },
      { champion: 1, canary: null },
    ])
  })

  it('goes through its steps by itself while its gate passes', async () => {
    await change('startRollout', {
      type: 'StartRolloutInput',
      input: {
        version: 2,
        steps: [
          { weight: 20, durationMs: 4_000 },
          { weight: 60, durationMs: 4_000 },
        ],
        gate: gateOn({ measure: 'ERROR_RATE', bound: 0.5 }),
      },
    })
    await until(async () => (await answers()) && (await rollout()).state === 'PROMOTED', { everyMs: 150 })
    expect(await rollout()).toMatchObject({ champion: 2, canary: null })
    const [promotion] = await history(1)
    expect(promotion).toMatchObject({ by: 'rollout', action: 'promote', figures: [{ verdict: 'PASS' }] })
    await change('rollBackRollout')
    await until(() => all('1 CHAMPION'))
  })

  it('is rolled back by itself when its gate fails, and the history tells why', async () => {
    const steps = [{ weight: 50, durationMs: 600_000 }]
    const gate = gateOn({ measure: 'P99_LATENCY', bound: 0.001 })
    await change('startRollout', { type: 'StartRolloutInput', input: { version: 2, steps, gate } })
    await until(async () => (await answers()) && (await rollout()).state === 'ROLLED_BACK', { everyMs: 150 })
    await until(() => all('1 CHAMPION'))
    const [back] = await history(1)
    expect(back).toMatchObject({
      by: 'rollout',
      action: 'fail',
      figures: [{ verdict: 'FAIL', measure: 'P99_LATENCY' }],
    })
    expect(back.reason).toMatch(/^The gate failed, 2 of 2 times in a row. P99_LATENCY against ABSOLUTE: /)
  })

  it('is for the team of the model', async () => {
    const { revision } = await rollout()
    const mutation = `mutation { rollBackRollout(model: "${MODEL}", revision: ${revision}, reason: "x") { revision } }`
    expect((await app(mutation)).errors[0]!.extensions.code).toBe('FORBIDDEN')
    expect((await rollout()).revision).toBe(revision)
  })
})

describe('a deprecation', () => {
  const sunsetAt = new Date(Date.now() + 30 * 86_400_000).toISOString()
  const input = { sunsetAt, replacement: 'fraud-detector', reason: 'It is old.' }
  const ask = (at: string) =>
    app(
      `query Risk($input: MassMeasurements!) { malignancyRisk(input: $input, at: "${at}") {
         deprecation { sunsetAt replacement reason } } }`,
      { input: cardOf(MODEL).goldenRows[0]!.input },
    )

  async function deprecated(type: string, field: string): Promise<boolean> {
    const { data } = await app(`{ __type(name: "${type}") { fields(includeDeprecated: true) { name isDeprecated } } }`)
    return data.__type.fields.find(({ name }: { name: string }) => name === field).isDeprecated
  }

  it('of a model is in the graph and in its predictions; a retired version is refused', async () => {
    const { errors } = await admin(
      `mutation Deprecate($input: DeprecationInput!) {
         deprecateModel(model: "${MODEL}", input: $input) { name }
         deprecateModelVersion(id: "${MODEL}@2", input: {
           sunsetAt: "2026-01-01T00:00:00Z", replacement: "${MODEL}@1", reason: "It was wrong." }) { name } }`,
      { input },
    )
    expect(errors).toEqual([])
    await until(() => deprecated('Query', 'malignancyRisk'))
    expect(await deprecated('Patient', 'malignancyRisk')).toBe(true)
    expect(await deprecated('Query', 'fraudDetector')).toBe(false)
    await until(async () => (await ask('2')).errors[0]?.extensions.code === 'MODEL_RETIRED')
    expect((await ask('1')).data.malignancyRisk.deprecation).toEqual(input)
  })
})
