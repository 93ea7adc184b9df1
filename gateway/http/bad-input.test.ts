import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { generateApiKey } from '../../shared/identity/api-key.js'
import { ask, type Clinic, codes, fetches, type Reply, send, startClinic } from '../testing/test-gateway.js'

describe('bad input at the front door', () => {
  let clinic: Clinic
  let key: string
  let json: Record<string, string>
  beforeAll(async () => {
    clinic = await startClinic()
    key = clinic.keyFor('predict:risk')
    json = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  })
  afterAll(() => clinic.stop())
  afterEach(async () => {
    expect((await ask(clinic, key, '{ hello }')).data).toEqual({ hello: 'world' })
  })

  const raw: ReadonlyArray<readonly [what: string, body: string, headers: object, status: number, code: string]> = [
    ['no key', '{"query":"{ hello }"}', { authorization: '' }, 401, 'UNAUTHENTICATED'],
    ['another scheme', '{"query":"{ hello }"}', { authorization: 'Basic YTpi' }, 401, 'UNAUTHENTICATED'],
    ['a key that is none', '{"query":"{ hello }"}', { authorization: 'Bearer sesame' }, 401, 'UNAUTHENTICATED'],
    [
      'an unknown key',
      '{"query":"{ hello }"}',
      { authorization: `Bearer ${generateApiKey('test')}` },
      401,
      'UNAUTHENTICATED',
    ],
    ['no key and malformed JSON', '{', { authorization: '' }, 401, 'UNAUTHENTICATED'],
    ['malformed JSON', '{"query": ', {}, 400, 'BAD_REQUEST'],
    ['NaN', '{"query":"{ hello }","variables":{"a":NaN}}', {}, 400, 'BAD_REQUEST'],
    ['Infinity', '{"query":"{ hello }","variables":{"a":-Infinity}}', {}, 400, 'BAD_REQUEST'],
    ['a prototype', '{"query":"{ hello }","variables":{"__proto__":{"a":1}}}', {}, 400, 'BAD_REQUEST'],
    ['an empty body', '', {}, 400, 'BAD_REQUEST'],
    ['an empty object', '{}', {}, 400, 'BAD_REQUEST'],
    ['no query', '{"variables":{}}', {}, 400, 'BAD_REQUEST'],
    ['a query that is no text', '{"query":7}', {}, 400, 'BAD_REQUEST'],
    ['variables that are no object', '{"query":"{ hello }","variables":[1]}', {}, 400, 'BAD_REQUEST'],
    ['a batch', '[{"query":"{ hello }"}]', {}, 400, 'BAD_REQUEST'],
    [
      'the content type of a form',
      'query=1',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'BAD_REQUEST',
    ],
    ['plain text', '{"query":"{ hello }"}', { 'content-type': 'text/plain' }, 415, 'BAD_REQUEST'],
    ['a persisted query', '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"a"}}}', {}, 400, 'BAD_REQUEST'],
    ['what is not GraphQL', '{"query":"{ hello "}', {}, 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{"query":"{ goodbye }"}', {}, 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['a literal of the wrong type', '{"query":"{ patient(id: 1.5) { id } }"}', {}, 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'fragments in a circle',
      '{"query":"{ patient(id: 1) { ...A } } fragment A on Patient { ...A }"}',
      {},
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a literal beyond all doubles',
      '{"query":"{ risk(input: { amount: 1e400, kind: TRAVEL }) }"}',
      {},
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['an operation that is not there', '{"query":"query A { hello }","operationName":"B"}', {}, 400, 'BAD_REQUEST'],
    ['two operations and no name', '{"query":"query A { hello } query B { hello }"}', {}, 400, 'BAD_REQUEST'],
  ]
  it.each(raw)('refuses %s', async (_what, body, headers, status, code) => {
    const before = fetches(clinic)
    const reply = await send(clinic, body, { ...json, ...headers })
    expect([reply.status, ...codes(reply)]).toEqual([status, code])
    expectNoLeak(reply)
    expect(fetches(clinic)).toBe(before)
  })

  it('refuses a body over 5 MB, announced or not', async () => {
    const large = JSON.stringify({ query: '{ hello }', variables: { filler: 'x'.repeat(6_000_000) } })
    const reply = await send(clinic, large, json)
    expect([reply.status, ...codes(reply)]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
    expect(reply.errors[0]?.extensions.limit).toBe(5_000_000)
    const chunked = await fetch(`${clinic.gateway.url}/graphql`, {
      method: 'POST',
      headers: json,
      body: new Blob([large]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect(chunked.status).toBe(413)
  })

  it.each([
    ['a body too large', () => key, 413],
    ['an unknown key', () => generateApiKey('test'), 401],
  ])('lets a client that is still sending read why it is refused: %s', async (_why, authorization, status) => {
    const answer = await sendSlowly(clinic.gateway.url, authorization(), 'x'.repeat(100_000), 100)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })

  it('takes a body just under 5 MB', async () => {
    const query = 'query($amount: FloatVector!) { riskColumns(amount: $amount) }'
    const amount = Array.from({ length: 500_000 }, () => 1.23456)
    const reply = await ask(clinic, key, query, { amount })
    expect(reply.data).toEqual({ riskColumns: 500_000 })
  })

  const nested = (levels: number) => '{ a '.repeat(levels) + '}'.repeat(levels)
  const bombs: ReadonlyArray<readonly [what: string, query: string, words: string]> = [
    ['levels', nested(21), '21 levels; the limit is 20'],
    [
      'aliases',
      `{ patient(id: 1) { ${Array.from({ length: 201 }, (_, i) => `a${i}: id`).join(' ')} } }`,
      '201 aliases; the limit is 200',
    ],
    ['root fields', `{ ${'hello '.repeat(101)} }`, '101 root fields; the limit is 100'],
    ['equal fields', `{ patient(id: 1) { ${'id '.repeat(5_000)} } }`, '5001 fields; the limit is 2000'],
    ['tokens', `{ ${'hello '.repeat(30_000)} }`, 'more than 20000 tokens'],
    [
      'fragments that double',
      `{ patient(id: 1) { ...F0 } } ${Array.from({ length: 40 }, (_, i) => `fragment F${i} on Patient { ${i < 39 ? `...F${i + 1} ...F${i + 1}` : 'id'} }`).join(' ')}`,
      'fields; the limit is 2000',
    ],
  ]
  it.each(bombs)('refuses a bomb of %s by number and limit, before validation', async (_what, query, words) => {
    const reply = await ask(clinic, key, query)
    expect([reply.status, ...codes(reply)]).toEqual([400, 'COST_LIMIT_EXCEEDED'])
    expect(reply.errors[0]?.message).toContain(words)
    expect(reply.errors[0]?.extensions).toMatchObject({ limit: expect.any(Number) })
  })

  it('never asks the registry about a key that cannot be one', async () => {
    const before = clinic.registry.verifications
    await send(clinic, '{}', { ...json, authorization: 'Bearer sesame' })
    await send(clinic, '{}', { ...json, authorization: `Bearer ${key.slice(0, -1)}` })
    expect(clinic.registry.verifications).toBe(before)
  })
})

function expectNoLeak(reply: Reply): void {
  expect(JSON.stringify(reply.errors)).not.toMatch(/stacktrace|node_modules|\.js:\d+|at \w+ \(/)
  expect(reply.headers.get('x-request-id')).toBeTruthy()
}

/** Sends a body in `count` parts, one a turn of the event loop, and answers what came back; rejects when the connection breaks. */
function sendSlowly(url: string, key: string, part: string, count: number): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text
    })
    socket.on('error', reject).on('end', () => resolve(answer))
    const head = `host: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\nconnection: close\r\n`
    socket.write(`POST /graphql HTTP/1.1\r\n${head}content-length: ${part.length * count}\r\n\r\n`)
    const next = (left: number): void => {
      if (left > 0) socket.write(part, () => setImmediate(next, left - 1))
    }
    next(count)
  })
}
