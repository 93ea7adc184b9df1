import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClientLimits } from '../../shared/control/protocol.js'
import { NO_LIMITS } from '../../shared/control/protocol.js'
import { periodAt } from '../../shared/control/quota-period.js'
import { generateApiKey } from '../../shared/identity/api-key.js'
import { keyHolder } from '../testing/key-holder.js'
import { ask, type Clinic, codes, fetches, startClinic } from '../testing/test-gateway.js'

const HELLO = '{ hello }'
const RISK = '{ patient(id: "1") { risk } }'

describe('how much a client may ask', () => {
  let clinic: Clinic
  const clock = { now: Date.now() }
  let clients = 0
  beforeAll(async () => {
    clinic = await startClinic({
      now: () => clock.now,
      config: { rates: { client: null, models: { risk: { perSecond: 1, burst: 40 } } } },
    })
  })
  afterAll(() => clinic.stop())

  const keyWith = (limits: Partial<ClientLimits>) => {
    const key = generateApiKey('test')
    const clientId = `limited-${clients++}`
    const scopes = ['patient:read', 'predict:risk']
    clinic.registry.addKey(key, keyHolder({ clientId, client: clientId, scopes, limits: { ...NO_LIMITS, ...limits } }))
    return { key, clientId }
  }

  it('is told by no header where nothing limits it', async () => {
    const { headers, status } = await ask(clinic, keyWith({}).key, HELLO)
    expect([status, headers.get('ratelimit'), headers.get('ratelimit-policy')]).toEqual([200, null, null])
  })

  it('ends at its rate, in both tiers, with 429 and when to come back', async () => {
    const { key } = keyWith({ rate: { perSecond: 0.5, burst: 2 } })
    const first = await ask(clinic, key, HELLO)
    expect(first.headers.get('ratelimit-policy')).toBe('"client";q=2;w=4')
    expect(first.headers.get('ratelimit')).toBe('"client";r=1;t=2')
    expect((await ask(clinic, key, HELLO)).headers.get('ratelimit')).toBe('"client";r=0;t=4')
    const before = fetches(clinic)
    for (const query of [HELLO, '{ unseen: hello }']) {
      const refused = await ask(clinic, key, query)
      expect(refused.status).toBe(429)
      expect(refused.headers.get('retry-after')).toBe('2')
      expect(refused.headers.get('ratelimit')).toBe('"client";r=0;t=4')
      expect(refused.errors[0]?.extensions).toEqual({
        code: 'RATE_LIMITED',
        policy: 'client',
        perSecond: 0.5,
        burst: 2,
        retryAfterMs: 2000,
      })
    }
    expect(fetches(clinic)).toBe(before)
    clock.now += 2_000
    expect((await ask(clinic, key, HELLO)).status).toBe(200)
  })

  it('holds for each client alone', async () => {
    const rate = { perSecond: 1, burst: 1 }
    const [a, b] = [keyWith({ rate }), keyWith({ rate })]
    expect((await ask(clinic, a.key, HELLO)).status).toBe(200)
    expect((await ask(clinic, a.key, HELLO)).status).toBe(429)
    expect((await ask(clinic, b.key, HELLO)).status).toBe(200)
  })

  it('has rates of single models, in predictions; what is refused takes nothing from any', async () => {
    const { key } = keyWith({ rate: { perSecond: 1, burst: 10 }, models: { risk: { perSecond: 1, burst: 12 } } })
    const patients = '{ patients { risk } }'
    const first = await ask(clinic, key, patients)
    expect(first.headers.get('ratelimit')).toContain('"risk";r=2;t=10')
    const refused = await ask(clinic, key, patients)
    expect(refused.errors[0]).toMatchObject({
      message: 'The rate of risk is 1 predictions per second and 12 at once.',
      extensions: { policy: 'risk', retryAfterMs: 8_000 },
    })
    expect(refused.headers.get('ratelimit')).toContain('"client";r=9')
    expect((await ask(clinic, key, HELLO)).headers.get('ratelimit')).toBe('"client";r=8;t=2')
    const never = await ask(clinic, key, '{ patients { risk } more: patients { risk } }')
    expect([never.status, never.headers.get('retry-after')]).toEqual([429, null])
    expect(never.errors[0]?.message).toContain('20 never fit')
  })

  it('ends where all clients of a model together have had enough', async () => {
    const asked = () => ask(clinic, keyWith({}).key, '{ patients { risk } }')
    const replies = [await asked(), await asked(), await asked(), await asked(), await asked()]
    const refused = replies.at(-1)!
    expect(replies[0]!.headers.get('ratelimit')).toMatch(/^"risk of all clients";r=\d+;t=\d+$/)
    expect(refused.status).toBe(429)
    expect(refused.errors[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', policy: 'risk of all clients' })
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(10)
    expect(codes(await ask(clinic, keyWith({}).key, HELLO))).toEqual([])
    clock.now += 5_000
  })

  it('ends at its quota, and says when the next period begins', async () => {
    const { key } = keyWith({ quota: { predictions: 2, period: 'DAY' } })
    const { end } = periodAt('DAY', clock.now)
    const seconds = Math.ceil((end - clock.now) / 1000)
    expect((await ask(clinic, key, HELLO)).headers.get('ratelimit')).toBeNull()
    expect((await ask(clinic, key, RISK)).headers.get('ratelimit')).toContain(`"quota";r=1;t=${seconds}`)
    expect((await ask(clinic, key, RISK)).headers.get('ratelimit-policy')).toContain('"quota";q=2;w=86400')
    const refused = await ask(clinic, key, RISK)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe(String(seconds))
    expect(refused.errors[0]?.extensions).toEqual({
      code: 'QUOTA_EXCEEDED',
      limit: 2,
      left: 0,
      period: 'DAY',
      resetsAt: new Date(end).toISOString(),
      retryAfterMs: end - clock.now,
    })
    expect((await ask(clinic, key, HELLO)).status).toBe(200)
  })

  it('is told to the registry when the gateway stops, and known to the next', async () => {
    const own = await startClinic()
    const key = generateApiKey('test')
    const limits = { ...NO_LIMITS, quota: { predictions: 5, period: 'MONTH' as const } }
    own.registry.addKey(key, keyHolder({ clientId: 'monthly', scopes: ['patient:read', 'predict:risk'], limits }))
    expect((await ask(own, key, RISK)).headers.get('ratelimit')).toContain('"quota";r=4')
    await own.stop()
    expect(own.registry.quotaUsed('monthly')).toBe(1)
  })
})
