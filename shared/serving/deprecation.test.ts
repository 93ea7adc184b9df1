import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Notices } from '../deprecation/notice.js'
import { until } from '../testing/until.js'
import type { Published } from './fixtures/fake-registry.js'
import { Served, SOON } from './fixtures/served.js'

const VERSIONS: Published = { 1: 'risk-1', 2: 'risk-2' }
const PAST = Date.parse('2020-02-01T00:00:00Z')
const FUTURE = Date.parse('2100-02-01T00:00:00Z')
const NOTICE = 'deprecation { sunsetAt reason replacement }'
const told = { sunsetAt: '2100-02-01T00:00:00.000Z', reason: 'It is old.', replacement: 'payment-risk@2' }
const ROW = { amount: 1, sinceLastPayment: 1 }
const FORMS = `query ($of: [_Any!]!, $input: Payment!, $inputs: [Payment!]!, $columns: PaymentColumns!, $at: String) {
  one: paymentRisk(input: $input, at: $at) { probability ${NOTICE} }
  many: paymentRiskMany(inputs: $inputs, at: $at) {
    ... on PaymentRisk { probability ${NOTICE} } ... on PredictionError { index code message retryable } }
  columns: paymentRiskColumns(input: $columns, at: $at) { probability ${NOTICE} failed { row code } }
  _entities(representations: $of) { ... on Account { paymentRisk(at: $at) { probability ${NOTICE} } } }
}`
const BATCH = `mutation ($inputs: [Payment!]!, $at: String) {
  paymentRiskBatch(inputs: $inputs, at: $at) { succeeded failed ${NOTICE} results {
    ... on PaymentRisk { ${NOTICE} } ... on PredictionError { code } } }
}`

let served: Served

beforeAll(async () => {
  served = await Served.start(VERSIONS)
})

afterAll(() => served.stop())

function notice(sunsetAt: number) {
  return { sunsetAt, reason: 'It is old.', replacement: 'payment-risk@2' }
}

/** Deprecates, and waits until predictions by version 1 say so. */
async function deprecate(notices: Notices): Promise<void> {
  served.registry.deprecate(VERSIONS, notices)
  const sunset = new Date((notices.model ?? notices.versions[1])!.sunsetAt).toISOString()
  const query = `{ paymentRisk(input: {amount: 1, sinceLastPayment: 1}, at: "1") { ${NOTICE} } }`
  await until(async () => {
    const { data, errors } = await served.ask(query)
    return data?.paymentRisk?.deprecation?.sunsetAt === sunset || !!errors?.[0].message.includes(sunset)
  }, SOON)
}

/** One row, two rows one of which is wrong, and an entity, by a version or by whatever answers. */
async function allForms(at?: string) {
  const inputs = [ROW, { ...ROW, amount: -1 }]
  const columns = { amount: [1, -1], sinceLastPayment: [1, 1] }
  const of = [{ __typename: 'Account', id: '1', ...ROW }]
  const { data, errors } = await served.ask(FORMS, { of, input: ROW, inputs, columns, at })
  const batch = (await served.ask(BATCH, { inputs, at })).data.paymentRiskBatch
  return { ...data, entity: data._entities[0]?.paymentRisk, batch, errors }
}

describe('a deprecated version', () => {
  it('says so in every form, and no other does', async () => {
    await deprecate({ versions: { 1: notice(FUTURE) } })
    const { one, many, columns, entity, batch, errors } = await allForms()
    expect(errors).toBeUndefined()
    expect([one, many[0], columns, entity, batch, batch.results[0]].map(({ deprecation }) => deprecation)).toEqual(
      Array.from({ length: 6 }, () => told),
    )
    const other = await allForms('2')
    expect(
      [other.one, other.many[0], other.columns, other.entity, other.batch].map((each) => each.deprecation),
    ).toEqual(Array.from({ length: 5 }, () => null))
  })

  it('answers nobody after its sunset: each row is refused, and rows that are wrong are still told so', async () => {
    await deprecate({ versions: { 1: notice(PAST) } })
    const { one, many, columns, entity, batch, errors } = await allForms('1')
    expect([one, entity]).toEqual([null, null])
    expect(errors).toMatchObject([{ extensions: { code: 'MODEL_RETIRED' } }, { extensions: { code: 'MODEL_RETIRED' } }])
    const message =
      'payment-risk@1 was retired at 2020-02-01T00:00:00.000Z. Use payment-risk@2 instead. Reason: It is old.'
    expect(many).toEqual([
      { index: 0, code: 'MODEL_RETIRED', message, retryable: false },
      expect.objectContaining({ index: 1, code: 'BAD_USER_INPUT' }),
    ])
    expect(columns).toMatchObject({
      probability: [null, null],
      failed: [
        { row: 0, code: 'MODEL_RETIRED' },
        { row: 1, code: 'BAD_USER_INPUT' },
      ],
    })
    expect(batch).toMatchObject({
      succeeded: 0,
      failed: 2,
      results: [{ code: 'MODEL_RETIRED' }, { code: 'BAD_USER_INPUT' }],
    })
    expect((await allForms('2')).errors).toBeUndefined()
  })
})

describe('a retired model', () => {
  it('refuses every version, and does so again after a restart without the registry', async () => {
    await deprecate({ model: notice(PAST + 1), versions: {} })
    for (const at of [undefined, '1', '2']) expect((await allForms(at)).batch.succeeded).toBe(0)
    const { registry, folder } = served
    const remembered = join(folder, 'deployments.json')
    await until(async () => (await readFile(remembered, 'utf8')).includes('"notices":{"model"'), SOON)
    await served.close()
    served = await Served.against(registry, 'http://127.0.0.1:9', folder)
    expect((await allForms('2')).many[0].code).toBe('MODEL_RETIRED')
  })
})
