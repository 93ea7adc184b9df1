import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IDENTITY_HEADER } from '../identity/claims.js'
import { signIdentity } from '../identity/signing.js'
import { SECRET, Served } from './fixtures/served.js'

const QUERY = '{ paymentRisk(input: {amount: 1, sinceLastPayment: 1}) { probability } }'
const BODY = JSON.stringify({ query: QUERY })
const APP = { subject: 'client:1', client: 'app', scopes: [], environment: 'test' }
const request = { audience: 'payments', body: BODY, now: Date.now() }

let served: Served

beforeAll(async () => {
  served = await Served.start({ 1: 'risk-1' }, { MODELGRAPH_MAX_BODY_MB: '1' })
})

afterAll(() => served.stop())

describe('an identity', () => {
  it.each([
    ['is missing', ''],
    ['is forged', signIdentity(APP, request, `${SECRET}!`)],
    ['is meant for another subgraph', signIdentity(APP, { ...request, audience: 'fraud' }, SECRET)],
    ['was signed for another body', signIdentity(APP, { ...request, body: '{}' }, SECRET)],
    ['has expired', signIdentity(APP, { ...request, now: Date.now() - 60_000 }, SECRET)],
  ])('is refused when it %s', async (_reason, header) => {
    const answer = await served.post(BODY, { [IDENTITY_HEADER]: header })
    expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
  })

  it('is asked for entities, too', async () => {
    const body = JSON.stringify({ query: '{ _entities(representations: []) { __typename } }' })
    expect((await served.post(body, { [IDENTITY_HEADER]: '' })).status).toBe(401)
    expect((await served.post(body)).data).toEqual({ _entities: [] })
  })
})

describe('a request', () => {
  it.each([
    ['no JSON', '{"query":', {}, 400, 'BAD_REQUEST'],
    ['another content type', BODY, { 'content-type': 'text/plain' }, 400, 'BAD_REQUEST'],
    ['no query', '{}', {}, 400, 'BAD_REQUEST'],
    ['no GraphQL', '{"query":"{"}', {}, 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{"query":"{ nothing }"}', {}, 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['a body over the limit', JSON.stringify({ query: '#'.repeat(2 ** 20) }), {}, 413, 'PAYLOAD_TOO_LARGE'],
  ])('with %s is refused', async (_what, body, headers, status, code) => {
    const answer = await served.post(body, headers)
    expect(answer).toMatchObject({ status, errors: [{ extensions: { code } }] })
    expect(JSON.stringify(answer)).not.toContain('    at ')
  })

  it('with a body of unknown length is refused as soon as it is over the limit', async () => {
    const chunk = Buffer.alloc(2 ** 16, 'x')
    let left = 64
    const body = new ReadableStream({
      pull: (stream) => (left-- > 0 ? stream.enqueue(chunk) : stream.close()),
    })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' } as const
    expect((await fetch(`${served.url}/graphql`, init)).status).toBe(413)
    expect((await served.post(BODY)).status).toBe(200)
  })

  it('carries its id through to the answer', async () => {
    const named = await fetch(`${served.url}/graphql`, { method: 'POST', headers: { 'x-request-id': 'abc-1' } })
    expect(named.headers.get('x-request-id')).toBe('abc-1')
    const strange = await fetch(`${served.url}/graphql`, { method: 'POST', headers: { 'x-request-id': 'a b' } })
    expect(strange.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('may be one of several in an array', async () => {
    const body = JSON.stringify([
      { query: QUERY },
      { query: '{ merchant(id: "1") { name } }' },
      { query: '{ nothing }' },
    ])
    const { status, ...answers } = (await served.post(body)) as unknown as { status: number; [index: number]: object }
    expect(answers[0]).toHaveProperty('data.paymentRisk.probability')
    expect(answers[1]).toEqual({ data: { merchant: { name: 'Corner shop' } } })
    expect(answers[2]).toHaveProperty('errors.0.extensions.code', 'GRAPHQL_VALIDATION_FAILED')
    expect(status).toBeGreaterThanOrEqual(200)
  })

  it('whose deadline has passed is not run', async () => {
    const answer = await served.ask(QUERY, {}, { 'x-modelgraph-deadline-ms': '0' })
    expect(answer.errors?.[0].extensions.code).toBe('DEADLINE_EXCEEDED')
  })

  it('for nothing that is there is told what there is', async () => {
    const response = await fetch(`${served.url}/graphiql`)
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('POST /graphql')
  })

  it('to introspect is refused unless it is switched on', async () => {
    expect((await served.ask('{ __schema { types { name } } }')).errors?.[0].extensions.code).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    )
  })
})

describe('an error that is not coded', () => {
  it('leaves masked, with the request id and nothing of its cause', async () => {
    const answer = await served.ask('{ merchant(id: "broken") { name } }', {}, { 'x-request-id': 'abc-2' })
    expect(answer.data).toEqual({ merchant: null })
    expect(answer.errors).toEqual([
      {
        message: 'Something went wrong on our side; it is logged under the request id abc-2.',
        path: ['merchant'],
        locations: expect.any(Array),
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'abc-2' },
      },
    ])
  })
})

describe('operators', () => {
  it('see that it lives and is ready', async () => {
    expect((await fetch(`${served.url}/health/live`)).status).toBe(200)
    const ready = await fetch(`${served.url}/health/ready`)
    expect([ready.status, await ready.json()]).toEqual([
      200,
      {
        status: 'ready',
        predictionLog: expect.objectContaining({ waitingRows: expect.any(Number), spoolBytes: expect.any(Number) }),
        models: [
          {
            model: 'payment-risk',
            champion: 'payment-risk@1',
            revision: null,
            versions: [{ id: 'payment-risk@1', state: 'READY' }],
          },
        ],
      },
    ])
  })

  it('see latencies by model, version and outcome, batches, queues and versions', async () => {
    await served.ask(QUERY)
    await served.ask(QUERY.replace('amount: 1', 'amount: -1'))
    await served.ask(QUERY.replace('})', '}, at: "9")'))
    const text = await (await fetch(`${served.url}/metrics`)).text()
    const labels = (outcome: string) => `model="payment-risk",version="1",outcome="${outcome}"`
    expect(text).toContain(`modelgraph_prediction_duration_seconds_count{${labels('ok')}}`)
    expect(text).toContain(`modelgraph_prediction_rows_total{${labels('BAD_USER_INPUT')}}`)
    expect(text).toContain(
      'modelgraph_prediction_rows_total{model="payment-risk",version="none",outcome="MODEL_NOT_FOUND"} 1',
    )
    expect(text).toContain('modelgraph_batch_rows_count{version_id="payment-risk@1"}')
    expect(text).toContain('modelgraph_queue_duration_seconds_count{model="payment-risk",version="1"}')
    expect(text).toContain('modelgraph_run_duration_seconds_count{model="payment-risk",version="1"}')
    expect(text).toContain('modelgraph_queue_rows{version_id="payment-risk@1"} 0')
    expect(text).toMatch(/modelgraph_version_info\{version_id="payment-risk@1",state="READY",placement="\w+"\} 1/)
    expect(text).toContain('nodejs_eventloop_lag_seconds')
  })
})
