import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { RolloutPolicy } from '../rollout/policy.js'
import { until } from '../testing/until.js'
import type { Published } from './fixtures/fake-registry.js'
import { type Answer, Served, SOON } from './fixtures/served.js'

const VERSIONS: Published = { 1: 'risk-1', 2: 'risk-2', 3: 'risk-nan', 4: 'risk-throws', 5: 'risk-1' }
const SERVED_BY = 'route servedBy { id }'

let served: Served
let revision = 0

beforeAll(async () => {
  served = await Served.start(VERSIONS)
})

afterAll(() => served.stop())

afterEach(() => {
  served.registry.deploy(VERSIONS, { champion: 1 })
})

/** Puts a policy into effect. */
async function follow(policy: Partial<RolloutPolicy>, published = VERSIONS): Promise<void> {
  revision += 1
  served.registry.rollOut(published, { revision, ...policy })
  await served.until(({ models }) => models[0]?.revision === revision)
}

function canary(version: number, weight = 100): Partial<RolloutPolicy> {
  return { canary: { version, weight, salt: 'salt' } }
}

function ask(amount: number, more = ''): Promise<Answer> {
  return served.ask(
    `{ paymentRisk(input: {amount: ${amount}, sinceLastPayment: 1}${more}) { probability ${SERVED_BY} } }`,
  )
}

describe('a canary', () => {
  it('answers the cohort, which is the same ones again, and grows', async () => {
    const keys = Array.from({ length: 200 }, (_, row) => `customer-${row}`)
    await follow(canary(2, 25))
    const at25 = await cohort(keys)
    expect(at25.length).toBeGreaterThan(25)
    expect(at25.length).toBeLessThan(80)
    await follow(canary(2, 25))
    expect(await cohort(keys)).toEqual(at25)
    await follow(canary(2, 50))
    const at50 = await cohort(keys)
    expect(at50.length).toBeGreaterThan(at25.length)
    expect(at25.filter((key) => !at50.includes(key))).toEqual([])
  })

  it('is told apart by the entity, in one request; results keep their order', async () => {
    await follow(canary(2, 50))
    const representations = Array.from({ length: 40 }, (_, row) => ({
      __typename: 'Account',
      id: `customer-${row}`,
      amount: row,
      sinceLastPayment: 10,
    }))
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Account { id paymentRisk { probability ${SERVED_BY} } } } }`
    const { data } = await served.ask(query, { of: representations })
    const expected = await cohort(representations.map(({ id }) => id))
    const found = data._entities.filter((row: { paymentRisk: object }) => isCanary(row.paymentRisk))
    expect(found.map(({ id }: { id: string }) => id)).toEqual(expected)
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThan(40)
    for (const [row, { id, paymentRisk }] of data._entities.entries()) {
      expect(id).toBe(`customer-${row}`)
      const z = isCanary(paymentRisk) ? 0.02 * row + 0.99 : 0.01 * row - 0.01
      expect(paymentRisk.probability).toBeCloseTo(1 / (1 + Math.exp(-z)), 5)
    }
  })

  it('takes all rows of a caller without a key, or none', async () => {
    await follow(canary(2, 50))
    const rows = await Promise.all(Array.from({ length: 20 }, () => ask(1)))
    expect(new Set(rows.map(({ data }) => data.paymentRisk.route)).size).toBe(1)
  })

  it.each(['""', `"${'k'.repeat(257)}"`])('needs a routing key of some length: %s', async (key) => {
    const { errors } = await ask(1, `, routingKey: ${key}`)
    expect(errors?.[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: 'routingKey' })
  })

  it('is not asked by who pins a version', async () => {
    await follow(canary(2))
    const { data } = await ask(1, ', at: "1"')
    expect(data.paymentRisk).toMatchObject({ route: 'PINNED', servedBy: { id: 'payment-risk@1' } })
  })
})

describe.each([
  ['answers NaN', 3, 'INVALID_PREDICTION'],
  ['throws', 4, 'INFERENCE_FAILED'],
])('a canary that %s', (_fault, version, code) => {
  it('fails nobody: the champion answers those rows, and they are counted against it', async () => {
    await follow(canary(version))
    const before = await fallbacks(version, code)
    expect((await ask(5)).data.paymentRisk.route).toBe('CANARY')
    const { data, errors } = await ask(5_000)
    expect(errors).toBeUndefined()
    expect(data.paymentRisk).toMatchObject({ route: 'FALLBACK', servedBy: { id: 'payment-risk@1' } })
    expect((await fallbacks(version, code)) - before).toBe(1)
    await ask(5)
  })

  it('fails only its rows of a list', async () => {
    await follow({ ...canary(version), fallback: 5 })
    const inputs = [1, 5_000, 2, -1, 6_000].map((amount) => ({ amount, sinceLastPayment: 1 }))
    const query = `query ($inputs: [Payment!]!) { paymentRiskMany(inputs: $inputs) {
      ... on PaymentRisk { ${SERVED_BY} } ... on PredictionError { code index } } }`
    const { data } = await served.ask(query, { inputs })
    const own = { route: 'CANARY', servedBy: { id: `payment-risk@${version}` } }
    const other = { route: 'FALLBACK', servedBy: { id: 'payment-risk@5' } }
    expect(data.paymentRiskMany).toEqual([own, other, own, { code: 'BAD_USER_INPUT', index: 3 }, other])
    await ask(5)
  })

  it('fails only its rows of columns, which say who answered them', async () => {
    await follow(canary(version))
    const query = `query ($input: PaymentColumns!) { paymentRiskColumns(input: $input) {
      probability predictionIds ${SERVED_BY} fallback { rows servedBy { id } } failed { row code } } }`
    const input = { amount: [1, -1, 5_000, 2], sinceLastPayment: [1, 1, 1, 1] }
    const columns = (await served.ask(query, { input })).data.paymentRiskColumns
    expect(columns).toMatchObject({
      route: 'CANARY',
      servedBy: { id: `payment-risk@${version}` },
      fallback: { rows: [2], servedBy: { id: 'payment-risk@1' } },
      failed: [{ row: 1, code: 'BAD_USER_INPUT' }],
    })
    expect(columns.probability.map((value: number | null) => value === null)).toEqual([false, true, false, false])
    expect(columns.predictionIds[2]).toEqual(expect.any(String))
    const alone = { amount: [5_000], sinceLastPayment: [1] }
    expect((await served.ask(query, { input: alone })).data.paymentRiskColumns).toMatchObject({
      route: 'FALLBACK',
      servedBy: { id: 'payment-risk@1' },
      fallback: null,
    })
    await ask(5)
  })

  it('fails who pins it', async () => {
    await follow(canary(version))
    expect((await ask(5_000, `, at: "${version}"`)).errors?.[0].extensions.code).toBe(code)
  })
})

describe('a canary that fails ten rows in a row', () => {
  it('is spared: rows that it could answer are answered by the champion', async () => {
    await follow(canary(6), { ...VERSIONS, 6: 'risk-nan' })
    const inputs = Array.from({ length: 10 }, () => ({ amount: 5_000, sinceLastPayment: 1 }))
    const query = 'query ($inputs: [Payment!]!) { paymentRiskMany(inputs: $inputs) { ... on PaymentRisk { route } } }'
    const { data } = await served.ask(query, { inputs })
    expect(data.paymentRiskMany).toEqual(inputs.map(() => ({ route: 'FALLBACK' })))
    expect((await ask(5)).data.paymentRisk.route).toBe('FALLBACK')
    expect(await fallbacks(6, 'BREAKER_OPEN')).toBe(1)
  })
})

describe('a canary that is not loaded', () => {
  it('fails nobody, and is counted', async () => {
    const published = { ...VERSIONS, 7: 'corrupt' }
    await follow(canary(7), published)
    const { data } = await ask(5)
    expect(data.paymentRisk).toMatchObject({ route: 'FALLBACK', servedBy: { id: 'payment-risk@1' } })
    expect(await fallbacks(7, 'VERSION_NOT_READY')).toBe(1)
  })
})

describe('a shadow', () => {
  it('runs beside the answers and is compared with them', async () => {
    const published = { ...VERSIONS, 9: 'risk-2' }
    await follow({ shadows: [{ version: 9, sample: 100 }] }, published)
    const query = `query ($input: PaymentColumns!) { paymentRiskColumns(input: $input) { probability ${SERVED_BY} } }`
    const input = { amount: [1, -1, 3], sinceLastPayment: [1, 1, 1] }
    const { data } = await served.ask(query, { input })
    expect(data.paymentRiskColumns).toMatchObject({ route: 'CHAMPION', servedBy: { id: 'payment-risk@1' } })
    expect((await ask(1)).data.paymentRisk.route).toBe('CHAMPION')
    await reaches('modelgraph_shadow_rows_total{model="payment-risk",version="9",outcome="compared"}', 3)
    const sum = await sample('modelgraph_shadow_difference_sum{model="payment-risk",version="9"}')
    const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))
    const apart = (amount: number) => sigmoid(0.02 * amount + 0.999) - sigmoid(0.01 * amount - 0.001)
    expect(sum).toBeCloseTo(2 * apart(1) + apart(3), 4)
  })

  it('is recorded with its answers and its faults, each with the prediction that was the answer', async () => {
    await follow({ shadows: [{ version: 2, sample: 100 }] })
    const recorded = (route: string, id: string) =>
      served.registry.predictions.find(
        (row) => row.origin.route === route && (route === 'SHADOW' ? row.shadowOf : row.id) === id,
      )
    const query =
      'query ($inputs: [Payment!]!) { paymentRiskMany(inputs: $inputs) { ... on PaymentRisk { predictionId } } }'
    const inputs = (amount: number) => [-1, amount].map((each) => ({ amount: each, sinceLastPayment: 1 }))
    const { predictionId } = (await served.ask(query, { inputs: inputs(3) })).data.paymentRiskMany[1]
    await served.until(
      () => recorded('SHADOW', predictionId) !== undefined && recorded('CHAMPION', predictionId) !== undefined,
    )
    const shadow = recorded('SHADOW', predictionId)!
    expect(shadow).toMatchObject({
      version: 2,
      error: null,
      origin: { client: 'app', revision },
      shadowOf: predictionId,
      inputs: { amount: 3 },
    })
    expect(shadow.runMs).toBeGreaterThan(0)
    expect(shadow.id).not.toBe(predictionId)
    const answer = recorded('CHAMPION', predictionId)!
    expect(answer.runMs).toBeGreaterThan(0)
    expect(answer.shadowOf).toBeNull()

    await follow({ shadows: [{ version: 3, sample: 100 }] })
    const failed = (await served.ask(query, { inputs: inputs(5_000) })).data.paymentRiskMany[1].predictionId
    await served.until(() => recorded('SHADOW', failed) !== undefined)
    expect(recorded('SHADOW', failed)).toMatchObject({ version: 3, error: 'INVALID_PREDICTION' })
  })

  it.each([
    [3, 'INVALID_PREDICTION'],
    [4, 'INFERENCE_FAILED'],
    [10, 'VERSION_NOT_READY'],
  ])('that fails (%i: %s) fails nobody, and is counted', async (version, code) => {
    await follow({ shadows: [{ version, sample: 100 }] }, { ...VERSIONS, 10: 'corrupt' })
    const { data, errors } = await ask(5_000)
    expect(errors).toBeUndefined()
    expect(data.paymentRisk).toMatchObject({ route: 'CHAMPION', servedBy: { id: 'payment-risk@1' } })
    await reaches(`modelgraph_shadow_rows_total{model="payment-risk",version="${version}",outcome="${code}"}`, 1)
  })
})

describe('a replica', () => {
  it('tells the registry which versions are ready once the policy is in effect, and why others are not', async () => {
    await follow(canary(8), { ...VERSIONS, 8: 'foreign' })
    const said = await acknowledgement()
    expect(said).toEqual({
      model: 'payment-risk',
      revision,
      ready: [1, 2, 3, 4, 5],
      failed: [{ version: 8, reason: expect.stringMatching(/^CONTRACT_MISMATCH: payment-risk@8 does not fit/) }],
    })
    await follow(canary(2))
    expect(await acknowledgement()).toEqual({ model: 'payment-risk', revision, ready: [1, 2, 3, 4, 5], failed: [] })
    const { acknowledged } = served.registry
    expect(new Set(acknowledged.map(({ replica }) => replica)).size).toBe(1)
  })

  it('tells it that there is no rollout', async () => {
    served.registry.deploy({ 1: 'risk-1' }, { champion: 1 })
    await served.until(({ models }) => models[0]?.versions.length === 1 && models[0]?.revision === null)
    expect(await acknowledgement(0)).toEqual({ model: 'payment-risk', revision: 0, ready: [1], failed: [] })
  })
})

describe('a policy that changes', () => {
  it('fails nobody, and everybody is answered by a version that some policy names for its route', async () => {
    await follow({})
    let stop = false
    const seen = new Set<string>()
    const failed: unknown[] = []
    const clients = Array.from({ length: 8 }, async (_, client) => {
      for (let row = 0; !stop; row++) {
        const { data, errors } = await ask(1, `, routingKey: "${client}-${row % 50}"`)
        if (errors) failed.push(errors)
        else seen.add(`${data.paymentRisk.route} ${data.paymentRisk.servedBy.id}`)
      }
    })
    for (const weight of [5, 50, 100]) await follow(canary(2, weight), { 1: 'risk-1', 2: 'risk-2' })
    await follow({ champion: 2 }, { 2: 'risk-2' })
    await follow({ champion: 2, ...canary(1, 50) }, { 1: 'risk-1', 2: 'risk-2' })
    await follow({ champion: 1 }, { 1: 'risk-1' })
    stop = true
    await Promise.all(clients)
    expect(failed).toEqual([])
    const legal = [
      'CHAMPION payment-risk@1',
      'CANARY payment-risk@2',
      'CHAMPION payment-risk@2',
      'CANARY payment-risk@1',
    ]
    expect([...seen].filter((answer) => !legal.includes(answer))).toEqual([])
    expect(seen.size).toBeGreaterThan(2)
  })
})

describe('a fallback', () => {
  it('that fails as well says what is wrong', async () => {
    await follow({ ...canary(3), fallback: 4 })
    const { data, errors } = await ask(5_000)
    expect(data.paymentRisk).toBeNull()
    expect(errors?.[0].extensions.code).toBe('INFERENCE_FAILED')
    expect((await ask(5)).data.paymentRisk.route).toBe('CANARY')
  })

  it('answers what the champion fails', async () => {
    await follow({ champion: 3, fallback: 5 })
    const { data } = await ask(5_000)
    expect(data.paymentRisk).toMatchObject({ route: 'FALLBACK', servedBy: { id: 'payment-risk@5' } })
    expect((await ask(5)).data.paymentRisk).toMatchObject({ route: 'CHAMPION', servedBy: { id: 'payment-risk@3' } })
  })
})

describe('a new champion of a rollout', () => {
  it('that cannot be loaded leaves the one before answering, as the champion', async () => {
    await follow({ champion: 1 })
    await follow({ champion: 11, ...canary(2, 0) }, { ...VERSIONS, 11: 'corrupt' })
    expect((await ask(5)).data.paymentRisk).toMatchObject({ route: 'CHAMPION', servedBy: { id: 'payment-risk@1' } })
    expect((await acknowledgement()).failed).toEqual([
      { version: 11, reason: expect.stringMatching(/^INVALID_ARTIFACT/) },
    ])
  })
})

describe('after a restart without the registry', () => {
  it('the cohort holds the same keys again', async () => {
    const keys = Array.from({ length: 100 }, (_, row) => `customer-${row}`)
    await follow(canary(2, 25))
    const before = await cohort(keys)
    const { registry, folder } = served
    const remembered = join(folder, 'deployments.json')
    await until(async () => (await readFile(remembered, 'utf8')).includes(`"revision":${revision}`), SOON)
    await served.close()
    served = await Served.against(registry, 'http://127.0.0.1:9', folder)
    expect(before.length).toBeGreaterThan(0)
    expect(await cohort(keys)).toEqual(before)
  })
})

/** What the replica said of the policy in effect, when it has. */
async function acknowledgement(of = revision) {
  const said = () => served.registry.acknowledged.at(-1)?.models[0]
  await until(async () => said()?.revision === of && said()!.ready.length > 0, SOON)
  return said()!
}

function isCanary(prediction: object): boolean {
  return 'route' in prediction && prediction.route === 'CANARY'
}

async function cohort(keys: readonly string[]): Promise<string[]> {
  const fields = keys.map(
    (key, row) =>
      `k${row}: paymentRisk(input: {amount: 1, sinceLastPayment: 1}, routingKey: "${key}") { ${SERVED_BY} }`,
  )
  const { data } = await served.ask(`{ ${fields.join(' ')} }`)
  return keys.filter((_, row) => isCanary(data[`k${row}`]))
}

function fallbacks(version: number, code: string): Promise<number> {
  return sample(`modelgraph_fallback_rows_total{model="payment-risk",version="${version}",code="${code}"}`)
}

async function sample(series: string): Promise<number> {
  const text = await (await fetch(`${served.url}/metrics`)).text()
  const line = text.split('\n').find((line) => line.startsWith(`${series} `))
  return Number(line?.slice(series.length) ?? 0)
}

async function reaches(series: string, value: number): Promise<void> {
  await until(async () => (await sample(series)) >= value, SOON)
}
