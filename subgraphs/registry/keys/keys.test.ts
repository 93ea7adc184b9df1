import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ControlClient } from '../../../shared/control/client.js'
import { hashApiKey } from '../../../shared/identity/api-key.js'
import { codeOf, done } from '../testing/catalogue.js'
import { ADA, change, EVE, make } from '../testing/self-service.js'
import { TestRegistry } from '../testing/test-registry.js'

const HOUR = 3_600_000
const ISSUED = '{ key apiKey { id prefix expiresAt } client { keys { id prefix expiresAt replacedBy lastUsedAt } } }'

let registry: TestRegistry
let control: ControlClient

beforeAll(async () => {
  registry = await TestRegistry.start()
  control = registry.control()
})

afterAll(async () => {
  await control.close()
  await registry.remove()
})

const holderOf = (key: string) => control.verifyKey(hashApiKey(key))
const inDays = (days: number) => new Date(Date.now() + days * 24 * HOUR).toISOString()

describe('a key', () => {
  it('is issued beside others to those who act for the client, with an end', async () => {
    const { key: first } = await make(registry, ADA, 'issuing')
    const { issueKey } = await done(change(registry, ADA, 'issueKey', { client: 'issuing' }, ISSUED))
    expect(await holderOf(first)).toMatchObject({ client: 'issuing' })
    expect(await holderOf(issueKey.key)).toMatchObject({ client: 'issuing', keyId: issueKey.apiKey.id })
    const days = (Date.parse(issueKey.apiKey.expiresAt) - Date.now()) / 24 / HOUR
    expect(days).toBeGreaterThan(364)
    expect(days).toBeLessThanOrEqual(365)
    expect(codeOf(await change(registry, EVE, 'issueKey', { client: 'issuing' }, '{ key }'))).toBe('FORBIDDEN')
    for (const expiresAt of [inDays(-1), inDays(731)]) {
      const answer = await change(registry, ADA, 'issueKey', { client: 'issuing', expiresAt }, ISSUED)
      expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: 'expiresAt' })
    }
  })

  it('does not make others by itself: an application is no developer of its own', async () => {
    const { client } = await make(registry, ADA, 'itself')
    const itself = { subject: `client:${client.id}`, client: 'itself', scopes: [], environment: 'test' }
    expect(codeOf(await registry.askAs(itself, 'mutation { issueKey(client: "itself") { key } }'))).toBe('FORBIDDEN')
    const add = { client: 'itself', developer: 'itself' }
    expect(codeOf(await change(registry, ADA, 'addDeveloper', add))).toBe('BAD_USER_INPUT')
  })

  it('rotates: both hold for the overlap, which the gateway is told', async () => {
    const { key: old, apiKey } = await make(registry, ADA, 'rotating')
    const args = { client: 'rotating', prefix: apiKey.prefix, overlapHours: 6 }
    const before = Date.now()
    const { rotateKey } = await done(change(registry, ADA, 'rotateKey', args, ISSUED))
    expect(await holderOf(rotateKey.key)).toMatchObject({ keyId: rotateKey.apiKey.id })
    const { expiresAt } = (await holderOf(old))!
    expect(expiresAt).toBeGreaterThanOrEqual(before + 6 * HOUR)
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 6 * HOUR)
    expect(rotateKey.client.keys[0]).toMatchObject({ id: apiKey.id, replacedBy: rotateKey.apiKey.id })
    expect(codeOf(await change(registry, ADA, 'rotateKey', args, ISSUED))).toBe('CONFLICT')
  })

  it('rotates without overlap: the old one opens nothing from that moment', async () => {
    const { key: old, apiKey } = await make(registry, ADA, 'hurrying')
    const args = { client: 'hurrying', prefix: apiKey.prefix, overlapHours: 0 }
    const { rotateKey } = await done(change(registry, ADA, 'rotateKey', args, ISSUED))
    expect(await holderOf(old)).toBeUndefined()
    expect(await holderOf(rotateKey.key)).toBeDefined()
    for (const overlapHours of [-1, 24.5]) {
      const wrong = { ...args, prefix: rotateKey.apiKey.prefix, overlapHours }
      expect(codeOf(await change(registry, ADA, 'rotateKey', wrong, ISSUED))).toBe('BAD_USER_INPUT')
    }
    expect(codeOf(await change(registry, ADA, 'rotateKey', { ...args, prefix: 'mg_test_no' }, ISSUED))).toBe(
      'NOT_FOUND',
    )
  })

  it('that is revoked cannot be rotated, and nobody has more than twenty', async () => {
    const { apiKey } = await make(registry, ADA, 'many')
    const key = { client: 'many', prefix: apiKey.prefix }
    for (let count = 1; count < 20; count++)
      await done(change(registry, ADA, 'issueKey', { client: 'many' }, '{ key }'))
    expect(codeOf(await change(registry, ADA, 'issueKey', { client: 'many' }, '{ key }'))).toBe('CONFLICT')
    await done(change(registry, ADA, 'revokeKey', key))
    expect(codeOf(await change(registry, ADA, 'rotateKey', key, '{ key }'))).toBe('CONFLICT')
    await done(change(registry, ADA, 'issueKey', { client: 'many' }, '{ key }'))
  })

  it('is remembered by nothing that opens a door: neither the store nor the history holds it', async () => {
    const { key, apiKey } = await make(registry, ADA, 'secret')
    const rotate = { client: 'secret', prefix: apiKey.prefix }
    const { rotateKey } = await done(change(registry, ADA, 'rotateKey', rotate, '{ key }'))
    await registry.withDatabase(async ({ clients, clientHistory }) => {
      const kept = JSON.stringify([await clients.find().lean(), await clientHistory.find().lean()])
      expect(kept).toContain(apiKey.prefix)
      for (const secret of [key, rotateKey.key]) expect(kept).not.toContain(secret.slice(apiKey.prefix.length, -8))
    })
  })
})
