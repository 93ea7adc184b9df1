import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Identity } from '../identity/claims.js'
import { GATEWAY_SUBJECT, MAX_PARTS, PARTS_HEADER, type PartExtensions, SERVED_HEADER } from '../mesh/protocol.js'
import { APP, Served } from './fixtures/served.js'

const GATEWAY: Identity = { subject: GATEWAY_SUBJECT, client: 'gateway', scopes: [], environment: 'test' }
const QUERY = '{ paymentRisk(input: {amount: 1, sinceLastPayment: 1}) { probability } }'
const WRONG = QUERY.replace('amount: 1', 'amount: -1')
const BROKEN = '{ merchant(id: "broken") { name } }'
const SERVED_ONE = [['payment-risk', 1, 1, 0]]

let served: Served

beforeAll(async () => {
  served = await Served.start()
})

afterAll(() => served.stop())

function part(query: string, extensions: Partial<Record<keyof PartExtensions, unknown>> = {}) {
  return { query, extensions: { modelgraph: { caller: APP, requestId: 'part', deadlineMs: 8_000, ...extensions } } }
}

async function exchange(body: unknown, identity: Identity = GATEWAY, headers: Record<string, string> = {}) {
  const response = await served.send(JSON.stringify(body), headers, identity)
  const text = await response.text()
  const header = (name: string) => response.headers.get(name)
  const parts = header(PARTS_HEADER)
  const servedBy = JSON.parse(header(SERVED_HEADER) ?? 'null')
  // biome-ignore lint/suspicious/noExplicitAny: answers are read by the tests that asked
  return { status: response.status, text, json: JSON.parse(text) as any, parts, served: servedBy }
}

/** The parts that the header tells of, cut out of the body. */
function cut(text: string, parts: string): string[] {
  const bytes = Buffer.from(text)
  let at = 1
  return parts.split(',').map((length) => {
    const end = at + Number.parseInt(length, 10)
    const piece = bytes.subarray(at, end).toString()
    at = end + 1
    return piece
  })
}

describe('an array of operations', () => {
  it('is answered part by part, each of the length told, failed ones marked', async () => {
    const { status, text, json, parts, served } = await exchange([part(QUERY), part('{ näher }'), part(BROKEN)])
    expect(status).toBe(200)
    expect(parts).toMatch(/^\d+,\d+e,\d+e$/)
    expect(cut(text, parts!).map((piece) => JSON.parse(piece))).toEqual(json)
    expect(json[0]).toEqual({ data: { paymentRisk: { probability: expect.any(Number) } } })
    expect(json[1].errors[0].extensions.code).toBe('GRAPHQL_PARSE_FAILED')
    expect(json[2]).toMatchObject({ data: { merchant: null }, errors: [{ extensions: { requestId: 'part' } }] })
    expect(served).toEqual([SERVED_ONE, null, null])
  })

  it('reaches the engine together, each part with its own deadline and request id', async () => {
    const runs = await runsSoFar()
    const late = part(QUERY, { deadlineMs: 0 })
    const { json } = await exchange([part(QUERY), late, part(BROKEN, { requestId: 'own-id' }), part(QUERY)])
    expect(await runsSoFar()).toEqual({ runs: runs.runs + 1, rows: runs.rows + 2 })
    expect(json[1].errors[0].extensions.code).toBe('DEADLINE_EXCEEDED')
    expect(json[2].errors[0].extensions.requestId).toBe('own-id')
  })

  it('tells what each version served within a part, failed rows apart', async () => {
    const rows = 'inputs: [{amount: 1, sinceLastPayment: 1}, {amount: -1, sinceLastPayment: 1}]'
    const twice = `{ a: paymentRiskMany(${rows}) { __typename } b: paymentRiskMany(${rows}) { __typename } }`
    const { served } = await exchange([part(twice), part(WRONG), part(QUERY.replace('})', '}, at: "9")'))])
    expect(served).toEqual([[['payment-risk', 1, 4, 2]], [['payment-risk', 1, 1, 1]], null])
  })

  it.each([
    ['no object', 7],
    ['an array in the array', [part(QUERY)]],
    ['a query that is no text', { ...part(QUERY), query: 7 }],
    ['variables that are no object', { ...part(QUERY), variables: '{}' }],
    ['an operation name that is no text', { ...part(QUERY), operationName: 7 }],
    ['extensions that are no object', { ...part(QUERY), extensions: 7 }],
    ['an extension that is no object', { ...part(QUERY), extensions: { modelgraph: 7 } }],
    ['no caller', part(QUERY, { caller: undefined })],
    ['a caller without scopes', part(QUERY, { caller: { ...APP, scopes: undefined } })],
    ['a request id that breaks lines', part(QUERY, { requestId: 'a\nb' })],
    ['no deadline', part(QUERY, { deadlineMs: undefined })],
    ['a trace context that is no text', part(QUERY, { traceparent: 7 })],
  ])('refuses %s and answers the rest', async (_what, wrong) => {
    const { json, parts } = await exchange([wrong, part(QUERY)])
    expect(json[0].errors[0].extensions.code).toBe('BAD_REQUEST')
    expect(json[1]).toHaveProperty('data.paymentRisk.probability')
    expect(parts).toMatch(/^\d+e,\d+$/)
  })

  it.each([0, MAX_PARTS + 1])('of %s operations is refused', async (count) => {
    const { status, json } = await exchange(Array.from({ length: count }, () => part(QUERY)))
    expect([status, json.errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST'])
  })
})

describe('one operation', () => {
  it('is one part, and told of alike', async () => {
    const { text, parts, served } = await exchange(part(QUERY))
    expect([parts, served]).toEqual([`${Buffer.byteLength(text)}`, [SERVED_ONE]])
  })

  it('may be the gateway’s own', async () => {
    const { json } = await exchange({ query: BROKEN }, GATEWAY, { 'x-request-id': 'http-id' })
    expect(json.errors[0].extensions.requestId).toBe('http-id')
  })
})

describe('an extension', () => {
  it('of anybody but the gateway says nothing', async () => {
    const claimed = part(BROKEN, { caller: { ...APP, subject: 'client:2' }, requestId: 'claimed' })
    const { json } = await exchange(claimed, APP, { 'x-request-id': 'http-id' })
    expect(json.errors[0].extensions.requestId).toBe('http-id')
  })
})

/** Runs of the engine and the rows in them. */
async function runsSoFar(): Promise<{ runs: number; rows: number }> {
  const text = await (await fetch(`${served.url}/metrics`)).text()
  const read = (name: string) =>
    Number(new RegExp(`modelgraph_batch_rows_${name}\\{version_id="payment-risk@1"\\} (\\d+)`).exec(text)?.[1] ?? 0)
  return { runs: read('count'), rows: read('sum') }
}
