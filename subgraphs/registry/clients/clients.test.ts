import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ControlClient } from '../../../shared/control/client.js'
import { NO_LIMITS, OPEN_DELIVERY } from '../../../shared/control/protocol.js'
import { generateApiKey, hashApiKey, parseApiKey } from '../../../shared/identity/api-key.js'
import { ADMIN, codeOf, done, TEAM } from '../testing/catalogue.js'
import { TestRegistry } from '../testing/test-registry.js'

const CREATE =
  'mutation ($input: CreateClientInput!) { createClient(input: $input) { key client { id name keys { prefix expiresAt } } } }'
const BANK = { name: 'bank-app', owner: 'Ada', useCase: 'Scores payments.', scopes: ['predict:fraud-detector'] }
const devKeys = { admin: generateApiKey('test'), team: generateApiKey('test'), app: generateApiKey('test') }

let registry: TestRegistry
let control: ControlClient

beforeAll(async () => {
  registry = await TestRegistry.start({ devKeys })
  control = registry.control()
})

afterAll(async () => {
  await control.close()
  await registry.remove()
})

function holderOf(key: string) {
  return control.verifyKey(hashApiKey(key))
}

describe('a client', () => {
  it('has a key, shown once and remembered by its hash, until it is revoked', async () => {
    const { createClient } = await done(registry.ask(ADMIN, CREATE, { input: BANK }))
    const { key, client } = createClient
    expect(parseApiKey(key)).toMatchObject({ environment: 'test', prefix: client.keys[0].prefix })
    const holder = await holderOf(key)
    expect(holder).toEqual({
      revision: expect.stringMatching(/^[0-9a-f]{32}$/),
      keyId: expect.any(String),
      clientId: client.id,
      client: 'bank-app',
      environment: 'test',
      scopes: ['predict:fraud-detector'],
      expiresAt: Date.parse(client.keys[0].expiresAt),
      criticality: 'INTERNAL',
      limits: NO_LIMITS,
      delivery: OPEN_DELIVERY,
    })
    expect(await control.verifyKey(hashApiKey(key), holder)).toBe(holder)
    const revoke = `mutation { revokeKey(client: "bank-app", prefix: "${client.keys[0].prefix}") { keys { revokedAt } } }`
    const { revokeKey } = await done(registry.ask(ADMIN, revoke))
    expect(revokeKey.keys[0].revokedAt).toBeTruthy()
    expect(await holderOf(key)).toBeUndefined()
    expect(await done(registry.ask(ADMIN, revoke))).toEqual({ revokeKey })
  })

  it('has a name of its own, scopes that are scopes, a time to come', async () => {
    expect(codeOf(await registry.ask(ADMIN, CREATE, { input: BANK }))).toBe('CONFLICT')
    const other = { ...BANK, name: 'other-app' }
    for (const wrong of [
      { scopes: ['everything!'] },
      { keyExpiresAt: '2020-01-01T00:00:00Z' },
      { keyExpiresAt: '2099-01-01T00:00:00Z' },
      { owner: '' },
    ]) {
      expect(codeOf(await registry.ask(ADMIN, CREATE, { input: { ...other, ...wrong } }))).toBe('BAD_USER_INPUT')
    }
  })

  it('is stopped by those who act for it only; nobody else is told whether there is one', async () => {
    const stop = (client: string) => `mutation { revokeKey(client: "${client}", prefix: "b") { id } }`
    expect(codeOf(await registry.ask(TEAM, stop('bank-app')))).toBe('FORBIDDEN')
    expect(codeOf(await registry.ask(TEAM, stop('a')))).toBe('FORBIDDEN')
    expect(codeOf(await registry.ask(ADMIN, stop('a')))).toBe('NOT_FOUND')
    expect(codeOf(await registry.ask(ADMIN, stop('bank-app')))).toBe('NOT_FOUND')
    expect(await done(registry.ask(TEAM, '{ clients { name } }'))).toEqual({ clients: [] })
    expect(codeOf(await registry.ask(TEAM, '{ client(name: "bank-app") { name } }'))).toBe('FORBIDDEN')
  })
})

describe('the development clients', () => {
  it('hold the given keys, after every start', async () => {
    for (let start = 0; start < 2; start++) {
      expect(await holderOf(devKeys.admin)).toMatchObject({ client: 'dev-admin', scopes: ['admin'] })
      const { scopes } = (await holderOf(devKeys.team))!
      expect(scopes).toEqual(expect.arrayContaining(['publish:patients', 'publish:fraud', 'predict:digit-reader']))
      expect((await holderOf(devKeys.app))?.scopes).not.toContain('publish:fraud')
      expect(await holderOf(generateApiKey('test'))).toBeUndefined()
      await control.close()
      await registry.close()
      await registry.open()
      control = registry.control()
    }
  })
})

describe('a client that was stored with scopes instead of grants', () => {
  it('holds the same scopes with the same keys, and can be changed', async () => {
    const key = generateApiKey('test')
    const createdAt = new Date('2026-01-01')
    const record = { hash: hashApiKey(key), prefix: 'mg_test_old', createdAt, expiresAt: null, revokedAt: null }
    const scopes = ['predict:fraud-detector', 'admin']
    const old = {
      name: 'old',
      owner: 'Ada',
      useCase: 'Old.',
      environment: 'test',
      scopes,
      createdAt,
      createdBy: 'root',
    }
    await registry.withDatabase(({ clients }) =>
      clients.collection.insertOne({ _id: 'old', ...old, keys: [record] } as object),
    )
    await registry.close()
    await registry.open()
    await control.close()
    control = registry.control()
    expect(await holderOf(key)).toMatchObject({ clientId: 'old', scopes: ['admin', 'predict:fraud-detector'] })
    const revoke =
      'mutation { revokeGrant(client: "old", scope: "admin", reason: "Too much.") { state asked { by reason } } }'
    expect(await done(registry.ask(ADMIN, revoke))).toEqual({
      revokeGrant: { state: 'REVOKED', asked: { by: 'root', reason: 'Old.' } },
    })
    expect(await holderOf(key)).toMatchObject({ scopes: ['predict:fraud-detector'] })
  })
})
