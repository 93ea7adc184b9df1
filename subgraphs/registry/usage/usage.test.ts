import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ControlClient } from '../../../shared/control/client.js'
import { periodAt } from '../../../shared/control/quota-period.js'
import type { Identity } from '../../../shared/identity/claims.js'
import { done } from '../testing/catalogue.js'
import { ADA, change, make, ROOT } from '../testing/self-service.js'
import { TestRegistry } from '../testing/test-registry.js'

const ME = `{ me { client subject grants { scope state } quota { limit period used resetsAt } usage { requests lastUsedAt } } }`

let registry: TestRegistry
let control: ControlClient
let shop: Identity
let clientId: string
let keyId: string

beforeAll(async () => {
  registry = await TestRegistry.start()
  control = registry.control()
  const { client, apiKey } = await make(registry, ADA, 'shop', { scopes: ['catalogue:read'] })
  clientId = client.id
  keyId = apiKey.id
  shop = { subject: `client:${clientId}`, client: 'shop', scopes: [], environment: 'test' }
})

afterAll(async () => {
  await control.close()
  await registry.remove()
})

const me = async () => (await done(registry.askAs(shop, ME))).me

describe('me', () => {
  it('tells a client what it asked for, and its quota before anything is used', async () => {
    expect(await me()).toEqual({
      client: 'shop',
      subject: `client:${clientId}`,
      grants: [{ scope: 'catalogue:read', state: 'REQUESTED' }],
      quota: null,
      usage: { requests: 0, lastUsedAt: null },
    })
    const limits = { quota: { predictions: 1000, period: 'MONTH' } }
    await done(change(registry, ROOT, 'setClientLimits', { client: 'shop', limits, reason: 'Agreed.', revision: 1 }))
    const resetsAt = new Date(periodAt('MONTH', Date.now()).end).toISOString()
    expect((await me()).quota).toEqual({ limit: 1000, period: 'MONTH', used: 0, resetsAt })
  })

  it('tells callers who are no clients that they have no quota', async () => {
    const { me: ada } = await done(registry.askAs(ADA, ME))
    expect(ada).toEqual({ client: 'ada', subject: 'user:ada', grants: [], quota: null, usage: null })
  })

  it('sums what gateways tell of the quota; the same again, and less, changes nothing', async () => {
    const { start: periodStart } = periodAt('MONTH', Date.now())
    const use = (used: number) => [{ clientId, period: 'MONTH' as const, periodStart, used }]
    await control.quotaUsed({ instance: 'gateway-1', clients: use(40) })
    await control.quotaUsed({ instance: 'gateway-2', clients: use(2) })
    await control.quotaUsed({ instance: 'gateway-1', clients: use(40) })
    await control.quotaUsed({ instance: 'gateway-1', clients: use(7) })
    const before = periodAt('MONTH', periodStart - 1).start
    await control.quotaUsed({ instance: 'gateway-1', clients: [{ ...use(500)[0]!, periodStart: before }] })
    expect((await me()).quota.used).toBe(42)
    const told = { clientId, period: 'MONTH', periodStart }
    expect(await control.quotaUsed({ instance: 'gateway-2', clients: use(3) })).toEqual([
      { ...told, own: 3, others: 40 },
    ])
    expect(await control.quotaUsed({ instance: 'gateway-3', clients: use(0) })).toEqual([
      { ...told, own: 0, others: 43 },
    ])
  })
})

describe('the use of keys', () => {
  const lastUsedAt = async () =>
    (await done(registry.askAs(ADA, '{ client(name: "shop") { keys { lastUsedAt } } }'))).client.keys[0].lastUsedAt

  it('is kept to the minute and summed over gateways', async () => {
    const at = periodAt('HOUR', Date.now()).start
    const tell = (instance: string, seen: number, requests: number) =>
      control.keysUsed({ instance, keys: [{ keyId, clientId, at: seen, requests }] })
    await tell('gateway-1', at, 10)
    expect(await lastUsedAt()).toBe(new Date(at).toISOString())
    await tell('gateway-1', at, 10)
    await tell('gateway-2', at - 500, 3)
    expect(await lastUsedAt()).toBe(new Date(at).toISOString())
    expect((await me()).usage.requests).toBe(13)
    await tell('gateway-1', Date.now() + 3_600_000, 1)
    expect(Date.parse(await lastUsedAt())).toBeLessThanOrEqual(Date.now())
  })

  it('changes neither the revision of a client nor what the gateway believes', async () => {
    const query = '{ client(name: "shop") { revision } }'
    const before = await done(registry.askAs(ADA, query))
    await control.keysUsed({ instance: 'gateway-3', keys: [{ keyId, clientId, at: Date.now(), requests: 1 }] })
    expect(await done(registry.askAs(ADA, query))).toEqual(before)
  })

  it('is not taken from anybody else, nor for what names no field', async () => {
    const wrong = { instance: 'a.b', keys: [] }
    await expect(control.keysUsed(wrong)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })
    const forged = registry.control('another secret that is long enough, too')
    await expect(forged.quotaUsed({ instance: 'a', clients: [] })).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    })
    await forged.close()
  })
})
