import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DeliveryPolicy, OPEN_DELIVERY } from '../../shared/control/protocol.js'
import { generateApiKey } from '../../shared/identity/api-key.js'
import { keyHolder } from '../testing/key-holder.js'
import { ask, type Clinic, codes, fetches, replyOf, startClinic } from '../testing/test-gateway.js'

describe('what a client may send, and from where', () => {
  let clinic: Clinic
  beforeAll(async () => {
    clinic = await startClinic({ config: { trustedProxies: ['127.0.0.0/8'] } })
  })
  afterAll(() => clinic.stop())
  beforeEach(() => {
    clinic.patients.fetches = 0
    clinic.risk.fetches = 0
  })

  const keyWith = (delivery: Partial<DeliveryPolicy>): string => {
    const key = generateApiKey('test')
    const scopes = ['admin']
    clinic.registry.addKey(
      key,
      keyHolder({ clientId: key.slice(-6), scopes, delivery: { ...OPEN_DELIVERY, ...delivery } }),
    )
    return key
  }
  const from = async (key: string, headers: Record<string, string>) => {
    const sent = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers }
    const body = '{"query":"{ hello }"}'
    return replyOf(await fetch(`${clinic.gateway.url}/graphql`, { method: 'POST', headers: sent, body }))
  }

  const introspecting: Readonly<Record<string, string>> = {
    schema: '{ __schema { queryType { name } } }',
    'a type': '{ __type(name: "Patient") { name } }',
    aliased: '{ hello: __schema { queryType { name } } }',
    'beside data': '{ hello __type(name: "Patient") { name } }',
    'in a fragment': '{ ...F } fragment F on Query { ...G } fragment G on Query { a: __schema { queryType { name } } }',
    'in an inline fragment': '{ ... { ... on Query { __type(name: "Secret") { name } } } }',
    'what is included': 'query($all: Boolean = true) { hello __schema @include(if: $all) { queryType { name } } }',
  }
  it.each(Object.entries(introspecting))('is no introspection where that is off: %s', async (_what, query) => {
    const [open, closed] = [keyWith({}), keyWith({ introspection: false })]
    expect((await ask(clinic, open, query)).errors).toEqual([])
    const before = fetches(clinic)
    for (let time = 0; time < 2; time++) {
      const reply = await ask(clinic, closed, query)
      expect([reply.status, ...codes(reply)]).toEqual([403, 'FORBIDDEN'])
      expect(reply.errors[0]?.extensions.coordinate).toMatch(/^Query\.__(schema|type)$/)
    }
    expect(fetches(clinic)).toBe(before)
    expect((await ask(clinic, closed, '{ __typename patients { __typename } }')).errors).toEqual([])
  })

  const denied: ReadonlyArray<readonly [what: string, field: string, query: string, path: string]> = [
    ['a root field', 'Query.hello', '{ hello }', 'hello'],
    ['nested and aliased', 'Patient.name', '{ p: patient(id: "1") { id n: name } }', 'p.n'],
    ['in fragments', 'Patient.risk', '{ patients { ...F } } fragment F on Patient { ... { risk } }', 'patients.risk'],
    ['in a union', 'Dataset.licence', '{ search { ... on Dataset { licence } } }', 'search.licence'],
    ['by its interface', 'Dataset.owner', '{ assets { owner } }', 'assets.owner'],
    ['of an interface', 'Asset.owner', '{ assets { ... on Picture { owner } } }', 'assets.owner'],
    ['of a mutation', 'Mutation.publish', 'mutation { publish }', 'publish'],
  ]
  it.each(denied)('is no field that is denied to it, whatever its scopes: %s', async (_what, field, query, path) => {
    const [open, closed] = [keyWith({}), keyWith({ deniedFields: [field] })]
    for (let time = 0; time < 2; time++) expect((await ask(clinic, open, query)).errors).toEqual([])
    const before = fetches(clinic)
    for (let time = 0; time < 2; time++) {
      const reply = await ask(clinic, closed, query)
      expect([reply.status, ...new Set(codes(reply))]).toEqual([403, 'FORBIDDEN'])
      expect(reply.errors[0]).toMatchObject({
        path: path.split('.'),
        message: expect.stringContaining('is denied to this'),
      })
    }
    expect(fetches(clinic)).toBe(before)
  })

  it('may be what variables leave out, and a field that the graph does not have denies nothing', async () => {
    const key = keyWith({ deniedFields: ['Patient.name', 'Patient.gone', 'Gone.name'], introspection: false })
    const query = 'query($all: Boolean!) { patient(id: "1") { id name @include(if: $all) } }'
    expect((await ask(clinic, key, query, { all: false })).data).toEqual({ patient: { id: '1' } })
    expect((await ask(clinic, key, query, { all: true })).status).toBe(403)
    expect((await ask(clinic, key, query, { all: false })).data).toEqual({ patient: { id: '1' } })
  })

  it('comes from the origins it has named, or from what is no browser', async () => {
    const key = keyWith({ origins: ['https://app.example'] })
    const named = await from(key, { origin: 'https://app.example' })
    expect(named.data).toEqual({ hello: 'world' })
    expect(named.headers.get('access-control-allow-origin')).toBe('https://app.example')
    const none = await from(key, {})
    expect([none.status, none.headers.get('access-control-allow-origin')]).toEqual([200, null])
    for (const origin of ['https://evil.example', 'null', 'http://app.example', 'https://app.example:444']) {
      const reply = await from(key, { origin })
      expect([reply.status, ...codes(reply)]).toEqual([403, 'FORBIDDEN'])
      expect(reply.headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  it('may be a page of any origin where none is named; it can read why it is refused', async () => {
    const origin = 'https://elsewhere.example'
    const reply = await from(keyWith({}), { origin })
    expect([reply.status, reply.headers.get('access-control-allow-origin')]).toEqual([200, origin])
    const refused = await from(generateApiKey('test'), { origin })
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, origin])
  })

  it('is told before a call from a page what it may send, without a key', async () => {
    const headers = {
      origin: 'https://app.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-request-id',
    }
    const response = await fetch(`${clinic.gateway.url}/graphql`, { method: 'OPTIONS', headers })
    expect(response.ok).toBe(true)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization,content-type,x-request-id',
    })
    expect(response.headers.has('access-control-allow-credentials')).toBe(false)
    expect((await fetch(`${clinic.gateway.url}/artifacts/x`, { method: 'OPTIONS', headers })).status).toBe(404)
  })

  it.each([
    [['192.0.2.0/24'], '192.0.2.9', 200],
    [['192.0.2.0/24'], '203.0.113.9', 403],
    [['192.0.2.0/24', '2001:db8::/32'], '2001:db8::7', 200],
    [['192.0.2.0/24'], '192.0.2.9, 203.0.113.9', 403],
    [['192.0.2.0/24'], 'nonsense', 403],
    [['127.0.0.0/8'], undefined, 200],
    [['192.0.2.0/24'], undefined, 403],
  ])('comes from networks %j: %s is answered %i', async (networks, forwarded, status) => {
    const reply = await from(keyWith({ networks }), forwarded ? { 'x-forwarded-for': forwarded } : {})
    expect(reply.status).toBe(status)
    expect(codes(reply)).toEqual(status === 403 ? ['FORBIDDEN'] : [])
  })

  it('is refused by where it comes from before its body is read, on every route', async () => {
    const key = keyWith({ networks: ['192.0.2.0/24'] })
    const headers = { authorization: `Bearer ${key}` }
    const upload = await fetch(`${clinic.gateway.url}/artifacts/x`, { method: 'PUT', headers, body: 'x' })
    expect(upload.status).toBe(403)
  })
})
