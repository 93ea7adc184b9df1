import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Served } from './fixtures/served.js'

const PROVENANCE = 'predictionId route latencyMs servedBy { id }'
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

let served: Served

beforeAll(async () => {
  served = await Served.start({ 1: 'risk-1', 2: 'risk-2' })
})

afterAll(() => served.stop())

const payment = (amount: number) => ({ amount, sinceLastPayment: 10 })
/** What `risk-1` computes. */
const risk = ({ amount, sinceLastPayment }: ReturnType<typeof payment>) =>
  1 / (1 + Math.exp(-(0.01 * amount - 0.001 * sinceLastPayment)))

describe('the single query', () => {
  it('answers a prediction with its provenance', async () => {
    const answer = await served.ask(
      `query ($input: Payment!) { paymentRisk(input: $input) { __typename probability risky ${PROVENANCE} } }`,
      { input: payment(40) },
    )
    expect(answer.errors).toBeUndefined()
    expect(answer.data.paymentRisk).toEqual({
      __typename: 'PaymentRisk',
      probability: expect.closeTo(risk(payment(40)), 6),
      risky: true,
      predictionId: expect.stringMatching(UUID_V7),
      route: 'CHAMPION',
      latencyMs: expect.any(Number),
      servedBy: { id: 'payment-risk@1' },
    })
    expect(answer.data.paymentRisk.latencyMs).toBeGreaterThan(0)
  })

  it('refuses a bad row with its path', async () => {
    const answer = await served.ask('{ paymentRisk(input: {amount: -1, sinceLastPayment: 1}) { probability } }')
    expect(answer.data.paymentRisk).toBeNull()
    expect(answer.errors).toEqual([
      expect.objectContaining({
        extensions: expect.objectContaining({ code: 'BAD_USER_INPUT', path: 'input.amount' }),
      }),
    ])
  })

  it.each(['2', 'rival'])('answers by the version that `at: "%s"` names', async (at) => {
    served.registry.deploy({ 1: 'risk-1', 2: 'risk-2' }, { champion: 1, rival: 2 })
    const query = `query ($at: String) { paymentRisk(input: {amount: 1, sinceLastPayment: 1}, at: $at) { route servedBy { id } } }`
    let answer = await served.ask(query, { at })
    while (answer.errors) answer = await served.ask(query, { at })
    expect(answer.data.paymentRisk).toEqual({ route: 'PINNED', servedBy: { id: 'payment-risk@2' } })
  })

  it.each(['3', 'constructor', '1e3', '0', ''])('says what there is when `at` names nothing: "%s"', async (at) => {
    const answer = await served.ask(
      'query ($at: String) { paymentRisk(input: {amount: 1, sinceLastPayment: 1}, at: $at) { route } }',
      { at },
    )
    expect(answer.errors?.[0].extensions).toMatchObject({ code: 'MODEL_NOT_FOUND', versions: [1, 2] })
    expect(answer.errors?.[0].message).toContain('it has versions 1, 2 and alias')
  })
})

describe('the list query', () => {
  it('answers 500 rows in the order asked, with an error in the place of the bad one', async () => {
    const inputs = Array.from({ length: 500 }, (_, row) => payment(row === 7 ? -1 : row))
    const { data } = await served.ask(
      `query ($inputs: [Payment!]!) { paymentRiskMany(inputs: $inputs) {
        ... on PaymentRisk { probability ${PROVENANCE} }
        ... on PredictionError { index code message path expected received retryable } } }`,
      { inputs },
    )
    const rows = data.paymentRiskMany
    expect(rows[7]).toMatchObject({ index: 7, code: 'BAD_USER_INPUT', path: 'inputs.7.amount', retryable: false })
    const rest = rows.filter((_: unknown, row: number) => row !== 7)
    const expected = inputs.filter((_, row) => row !== 7).map((input) => expect.closeTo(risk(input), 6))
    expect(rest.map(({ probability }: { probability: number }) => probability)).toEqual(expected)
    const ids = rest.map(({ predictionId }: { predictionId: string }) => predictionId)
    expect(new Set(ids).size).toBe(499)
    expect([...ids].sort()).toEqual(ids)
  })

  it('refuses a list that is too long, and says which form takes it', async () => {
    const answer = await served.ask(
      'query ($inputs: [Payment!]!) { paymentRiskMany(inputs: $inputs) { __typename } }',
      {
        inputs: new Array(1_001).fill(payment(1)),
      },
    )
    expect(answer.errors?.[0].extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: 'inputs',
      received: '1,001 rows',
    })
    expect(answer.errors?.[0].message).toContain('by columns')
  })

  it('answers an empty list with an empty one', async () => {
    const answer = await served.ask('{ paymentRiskMany(inputs: []) { __typename } }')
    expect(answer.data).toEqual({ paymentRiskMany: [] })
  })
})

describe('the columns query', () => {
  const COLUMNS = `query ($input: PaymentColumns!) { paymentRiskColumns(input: $input) {
    probability predictionIds route latencyMs servedBy { id } failed { row code message path } } }`

  it('answers what the rows do, and lists the rows that failed', async () => {
    const inputs = Array.from({ length: 300 }, (_, row) => payment(row === 7 ? -1 : row))
    const input = {
      amount: inputs.map(({ amount }) => amount),
      sinceLastPayment: inputs.map(({ sinceLastPayment }) => sinceLastPayment),
    }
    const columns = (await served.ask(COLUMNS, { input })).data.paymentRiskColumns
    const rows = await served.ask(
      'query ($inputs: [Payment!]!) { paymentRiskMany(inputs: $inputs) { ... on PaymentRisk { probability } } }',
      { inputs },
    )
    expect(columns.probability).toEqual(
      rows.data.paymentRiskMany.map(({ probability }: { probability?: number }) => probability ?? null),
    )
    expect(columns.failed).toEqual([expect.objectContaining({ row: 7, code: 'BAD_USER_INPUT' })])
    expect(columns.predictionIds.map((id: string | null) => id === null)).toEqual(inputs.map((_, row) => row === 7))
    expect(columns).toMatchObject({ route: 'CHAMPION', servedBy: { id: 'payment-risk@1' } })
  })

  it('refuses columns that are too long', async () => {
    const amount = new Array(100_001).fill(1)
    const answer = await served.ask(COLUMNS, { input: { amount, sinceLastPayment: amount } })
    expect(answer.errors?.[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', received: '100,001 rows' })
  })
})

describe('the batch mutation', () => {
  it('answers all rows and counts them', async () => {
    const { data } = await served.ask(
      `mutation ($inputs: [Payment!]!) { paymentRiskBatch(inputs: $inputs) {
        batchId rows succeeded failed latencyMs servedBy { id } results { __typename } } }`,
      { inputs: [payment(1), payment(-1), payment(2)] },
    )
    expect(data.paymentRiskBatch).toEqual({
      batchId: expect.stringMatching(UUID_V7),
      rows: 3,
      succeeded: 2,
      failed: 1,
      latencyMs: expect.any(Number),
      servedBy: { id: 'payment-risk@1' },
      results: [{ __typename: 'PaymentRisk' }, { __typename: 'PredictionError' }, { __typename: 'PaymentRisk' }],
    })
  })
})

describe('a prediction as a field of an entity', () => {
  const ENTITIES = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Account { id paymentRisk { probability route } } ... on Merchant { name } } }`

  it('takes its features from the representation; a bad one harms only itself', async () => {
    const representations = [5, -5, 7].map((amount, row) => ({
      __typename: 'Account',
      id: `${row}`,
      ...payment(amount),
    }))
    const { data, errors } = await served.ask(ENTITIES, { representations })
    expect(data._entities).toEqual([
      { id: '0', paymentRisk: { probability: expect.closeTo(risk(payment(5)), 6), route: 'CHAMPION' } },
      { id: '1', paymentRisk: null },
      { id: '2', paymentRisk: { probability: expect.closeTo(risk(payment(7)), 6), route: 'CHAMPION' } },
    ])
    expect(errors).toEqual([
      expect.objectContaining({
        path: ['_entities', 1, 'paymentRisk'],
        extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }),
      }),
    ])
  })

  it('sends the entities of one request to the engine as one block', async () => {
    const before = await runs(served)
    const representations = Array.from({ length: 200 }, (_, row) => ({
      __typename: 'Account',
      id: `${row}`,
      ...payment(row),
    }))
    await served.ask(ENTITIES, { representations })
    expect((await runs(served)) - before).toBe(1)
  })

  it("resolves the team's own references beside it", async () => {
    const { data } = await served.ask(ENTITIES, { representations: [{ __typename: 'Merchant', id: '1' }] })
    expect(data._entities).toEqual([{ name: 'Corner shop' }])
  })
})

async function runs({ url }: Served): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^modelgraph_batch_rows_count\{version_id="payment-risk@1"\} (\d+)$/m.exec(text)?.[1] ?? 0)
}
