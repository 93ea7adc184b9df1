import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DeliveryPolicy, OPEN_DELIVERY } from '../../shared/control/protocol.js'
import { generateApiKey } from '../../shared/identity/api-key.js'
import { keyHolder } from '../testing/key-holder.js'
import { type Clinic, codes, fetches, replyOf, startClinic } from '../testing/test-gateway.js'

const NAMES = 'query Names { patients { name } }'
const RISK = 'query Risk($id: ID!) { patient(id: $id) { id risk } }'
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const persisted = (text: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } } })

describe('a partner who may send two operations', () => {
  let clinic: Clinic
  let partner: string
  let open: string
  beforeAll(async () => {
    clinic = await startClinic()
    for (const text of [NAMES, RISK]) clinic.registry.operations.set(sha256(text), text)
    const scopes = ['predict:*', 'patient:read', 'catalogue:read', 'publish:clinic']
    const safelist = { version: 1, sha256: [NAMES, RISK].map(sha256) }
    partner = keyWith({ ...OPEN_DELIVERY, operations: 'SAFELISTED', safelist }, scopes)
    open = keyWith(OPEN_DELIVERY, scopes)
  })
  afterAll(() => clinic.stop())
  beforeEach(() => {
    clinic.patients.fetches = 0
    clinic.risk.fetches = 0
  })

  const keyWith = (delivery: DeliveryPolicy, scopes: readonly string[]): string => {
    const key = generateApiKey('test')
    clinic.registry.addKey(key, keyHolder({ clientId: key.slice(-6), scopes, delivery }))
    return key
  }
  const post = async (key: string, body: unknown) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    return replyOf(
      await fetch(`${clinic.gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) }),
    )
  }
  const get = async (key: string, parameters: Record<string, string>) => {
    const headers = { authorization: `Bearer ${key}`, 'apollo-require-preflight': 'true' }
    return replyOf(await fetch(`${clinic.gateway.url}/graphql?${new URLSearchParams(parameters)}`, { headers }))
  }
  const hashOnly = (text: string) => ({ extensions: JSON.stringify(persisted(text).extensions) })

  const sent: Readonly<Record<string, () => ReturnType<typeof post>>> = {
    'the text': () => post(partner, { query: NAMES }),
    'the text and its name': () => post(partner, { query: NAMES, operationName: 'Names' }),
    'the hash': () => post(partner, persisted(NAMES)),
    'the hash and the text': () => post(partner, { query: NAMES, ...persisted(NAMES) }),
    'the text by GET': () => get(partner, { query: NAMES }),
    'the hash by GET': () => get(partner, hashOnly(NAMES)),
  }
  it.each(Object.entries(sent))('may send them as %s, again and again', async (_how, send) => {
    const data = { patients: ['1', '2', '3'].map((id) => ({ name: `patient ${id}` })) }
    for (let time = 0; time < 3; time++) expect(await send()).toMatchObject({ status: 200, data, errors: [] })
  })

  it('may send them with variables of its own', async () => {
    for (const id of ['4', '5']) {
      const data = { patient: { id, risk: Number(id) / 10 } }
      expect((await post(partner, { ...persisted(RISK), variables: { id } })).data).toEqual(data)
      expect((await get(partner, { ...hashOnly(RISK), variables: JSON.stringify({ id }) })).data).toEqual(data)
    }
    expect(clinic.registry.operationsAsked).toBe(2)
  })

  const OTHER = '{ hello }'
  const refused: Readonly<Record<string, () => ReturnType<typeof post>>> = {
    'another query': () => post(partner, { query: OTHER }),
    'one that others have sent': () => post(partner, { query: '{ hello patients { id } }' }),
    'a mutation': () => post(partner, { query: 'mutation { publish }' }),
    introspection: () => post(partner, { query: '{ __schema { queryType { name } } }' }),
    'a type name': () => post(partner, { query: '{ __typename }' }),
    'one of theirs and a blank': () => post(partner, { query: `${NAMES} ` }),
    'one of theirs beside another': () => post(partner, { query: `${NAMES} ${OTHER}` }),
    'one of theirs as a fragment of another': () => post(partner, { query: '{ patients { name } }' }),
    'what is not GraphQL': () => post(partner, { query: '{' }),
    nothing: () => post(partner, { query: '' }),
    'the hash of another': () => post(partner, persisted(OTHER)),
    'the hash of one that others have registered': () => post(partner, persisted('{ hello patients { id } }')),
    'another by GET': () => get(partner, { query: OTHER }),
    'the hash of another by GET': () => get(partner, hashOnly(OTHER)),
  }
  it.each(Object.entries(refused))('may send nothing else: %s', async (_what, send) => {
    const others = { query: '{ hello patients { id } }' }
    for (let time = 0; time < 2; time++) await post(open, { ...others, ...persisted(others.query) })
    const before = fetches(clinic)
    for (let time = 0; time < 2; time++) {
      const reply = await send()
      expect([reply.status, ...codes(reply)]).toEqual([403, 'OPERATION_NOT_ALLOWED'])
    }
    expect(fetches(clinic)).toBe(before)
  })

  const confused: Readonly<Record<string, () => ReturnType<typeof post>>> = {
    'a hash that is not that of the text': () => post(partner, { query: OTHER, ...persisted(NAMES) }),
    'a hash that is none': () =>
      post(partner, { extensions: { persistedQuery: { version: 1, sha256Hash: '../keys' } } }),
    'a hash in upper case': () =>
      post(partner, { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(NAMES).toUpperCase() } } }),
    'another version': () =>
      post(partner, { extensions: { persistedQuery: { version: 2, sha256Hash: sha256(NAMES) } } }),
    'no hash': () => post(partner, { extensions: { persistedQuery: { version: 1 } } }),
    'a persisted query that is no object': () => post(partner, { extensions: { persistedQuery: 7 } }),
    'no query': () => post(partner, {}),
    'a query that is no text': () => post(partner, { query: [OTHER] }),
    'a batch': () => post(partner, [{ query: NAMES }, { query: OTHER }]),
    'two queries by GET': async () => {
      const headers = { authorization: `Bearer ${partner}`, 'apollo-require-preflight': 'true' }
      const [listed, other] = [NAMES, OTHER].map(encodeURIComponent)
      return replyOf(
        await fetch(`${clinic.gateway.url}/graphql?query=${listed}&query=${other}&variables=`, { headers }),
      )
    },
  }
  it.each(Object.entries(confused))('gets nothing by %s', async (_what, send) => {
    const reply = await send()
    expect([reply.status, ...codes(reply)]).toEqual([400, 'BAD_REQUEST'])
    expect(fetches(clinic)).toBe(0)
  })

  it('goes on by hash while the registry is down', async () => {
    await post(partner, persisted(NAMES))
    await clinic.registry.server.stop()
    expect((await post(partner, persisted(NAMES))).status).toBe(200)
    await clinic.registry.server.start()
  })

  it('is refused a listed operation that the registry does not have, or has another text of', async () => {
    const [lost, wrong] = [sha256('lost'), sha256('wrong')]
    clinic.registry.operations.set(wrong, OTHER)
    const safelist = { version: 1, sha256: [lost, wrong] }
    const key = keyWith({ ...OPEN_DELIVERY, operations: 'SAFELISTED', safelist }, [])
    for (const text of ['lost', 'wrong'])
      expect(codes(await post(key, persisted(text)))).toEqual(['OPERATION_NOT_ALLOWED'])
  })

  it('says so when the registry cannot be asked', async () => {
    const text = '{ hello aliased: hello }'
    const key = keyWith(
      { ...OPEN_DELIVERY, operations: 'SAFELISTED', safelist: { version: 1, sha256: [sha256(text)] } },
      [],
    )
    clinic.registry.operations.set(sha256(text), text)
    await post(key, { query: text })
    await clinic.registry.server.stop()
    expect(codes(await post(key, persisted(text)))).toEqual(['REGISTRY_UNAVAILABLE'])
    await clinic.registry.server.start()
    expect((await post(key, persisted(text))).data).toEqual({ hello: 'world', aliased: 'world' })
  })
})

describe('persisted queries', () => {
  let clinic: Clinic
  beforeAll(async () => {
    clinic = await startClinic()
  })
  afterAll(() => clinic.stop())

  const SECRET_CODE = '{ secret { code } }'
  const post = async (key: string, body: unknown) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    return replyOf(
      await fetch(`${clinic.gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) }),
    )
  }
  const get = async (
    key: string,
    text: string,
    headers: Record<string, string> = { 'apollo-require-preflight': '1' },
  ) => {
    const parameters = new URLSearchParams({ extensions: JSON.stringify(persisted(text).extensions) })
    const sent = { authorization: `Bearer ${key}`, ...headers }
    return replyOf(await fetch(`${clinic.gateway.url}/graphql?${parameters}`, { headers: sent }))
  }

  it('are not found until somebody has sent the text along, as clients of Apollo expect', async () => {
    const key = clinic.keyFor('patient:read')
    const unknown = await post(key, persisted(NAMES))
    expect(unknown.status).toBe(200)
    expect(unknown.errors).toMatchObject([
      { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
    ])
    expect(codes(await get(key, NAMES))).toEqual(['PERSISTED_QUERY_NOT_FOUND'])
    const registered = await post(key, { query: NAMES, ...persisted(NAMES) })
    expect(registered.status).toBe(200)
    for (const send of [() => post(key, persisted(NAMES)), () => get(key, NAMES)]) {
      for (let time = 0; time < 2; time++) expect((await send()).data).toEqual(registered.data)
    }
  })

  it('are asked for by whoever may ask them, not by whoever knows their hash', async () => {
    const [auditor, nobody] = [clinic.keyFor('secret:read'), clinic.keyFor()]
    await post(auditor, { query: SECRET_CODE, ...persisted(SECRET_CODE) })
    expect((await post(auditor, persisted(SECRET_CODE))).data).toEqual({ secret: { code: 'xyzzy' } })
    const before = fetches(clinic)
    for (let time = 0; time < 2; time++) {
      expect(codes(await post(nobody, persisted(SECRET_CODE)))).toEqual(['FORBIDDEN'])
      expect(codes(await get(nobody, SECRET_CODE))).toEqual(['FORBIDDEN'])
    }
    expect(fetches(clinic)).toBe(before)
  })

  it('are no way to send a mutation by GET, nor to ask without a preflight', async () => {
    const publisher = clinic.keyFor('publish:clinic')
    const mutation = 'mutation { publish }'
    expect((await post(publisher, { query: mutation, ...persisted(mutation) })).data).toEqual({ publish: 'published' })
    expect((await post(publisher, persisted(mutation))).data).toEqual({ publish: 'published' })
    const before = fetches(clinic)
    expect((await get(publisher, mutation)).status).toBe(405)
    expect((await get(publisher, mutation, {})).status).toBe(400)
    expect(fetches(clinic)).toBe(before)
  })

  it('are not kept when they are no operation, or too large', async () => {
    const key = clinic.keyFor()
    const deep = '{ a '.repeat(30) + '}'.repeat(30)
    for (const [text, code] of [
      ['{ hello', 'GRAPHQL_PARSE_FAILED'],
      [deep, 'COST_LIMIT_EXCEEDED'],
    ] as const) {
      expect(codes(await post(key, { query: text, ...persisted(text) }))).toEqual([code])
      expect(codes(await post(key, persisted(text)))).toEqual(['PERSISTED_QUERY_NOT_FOUND'])
    }
  })

  it('of a great length are answered and not kept', async () => {
    const key = clinic.keyFor()
    const long = `{ hello } # ${'x'.repeat(20_000)}`
    expect((await post(key, { query: long, ...persisted(long) })).data).toEqual({ hello: 'world' })
    expect(codes(await post(key, persisted(long)))).toEqual(['PERSISTED_QUERY_NOT_FOUND'])
  })
})
