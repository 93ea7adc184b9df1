import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeIssuer } from '../../testing/fake-issuer.js'
import { readKeys } from './read-keys.js'
import { Tokens } from './tokens.js'

const MINUTE = 60_000

describe('the tokens of trusted issuers', () => {
  let issuer: FakeIssuer
  let other: FakeIssuer
  let first: Awaited<ReturnType<FakeIssuer['makeKey']>>
  let second: typeof first
  const clock = { now: 1_800_000_000_000 }
  beforeAll(async () => {
    issuer = await FakeIssuer.start()
    other = await FakeIssuer.start('other-login')
    first = await issuer.makeKey('first')
    second = await issuer.makeKey('second')
  })
  beforeEach(async () => {
    await Promise.all([issuer.publish(first), other.publish(second)])
    issuer.reads = 0
  })
  afterAll(() => Promise.all([issuer.server.stop(), other.server.stop()]))

  const trusting = (given: Record<string, unknown> = {}, capacity = 100) =>
    new Tokens({
      issuers: [issuer.trust(given), other.trust()],
      readKeys,
      environment: 'test',
      now: () => clock.now,
      capacity,
    })
  const signed = (claims: Record<string, unknown> = {}, key = first) => issuer.sign(key, { now: clock.now, ...claims })
  const refused = (message: RegExp) =>
    expect.objectContaining({ code: 'UNAUTHENTICATED', message: expect.stringMatching(message) })

  it('name a client of their issuer, and its scopes', async () => {
    const caller = await trusting().callerOf(await signed({ scope: 'predict:risk patient:read', client_name: 'web' }))
    expect(caller.identity).toEqual({
      subject: 'client:clinic-login:app',
      client: 'web',
      scopes: ['patient:read', 'predict:risk'],
      environment: 'test',
      criticality: 'INTERNAL',
    })
    expect(caller.terms).toMatchObject({ clientId: 'clinic-login:app', keyId: undefined })
  })

  it('are read by the claims that the operator names, and grant what the operator says', async () => {
    const tokens = trusting({
      claims: { clientId: 'azp', client: ['app', 'title'], scopes: ['realm_access', 'roles'], criticality: 'tier' },
      grants: { doctor: ['predict:*', 'patient:read'], auditor: ['audit:read'] },
      delivery: { operations: 'SAFELISTED', introspection: false, safelist: ['a'.repeat(64)] },
    })
    const roles = ['doctor', 'admin', 'constructor', 7]
    const claims = { azp: 'ward', app: { title: 'Ward' }, realm_access: { roles }, tier: 'MISSION_CRITICAL' }
    const { identity, terms } = await tokens.callerOf(await signed(claims))
    expect(identity).toMatchObject({
      client: 'Ward',
      scopes: ['patient:read', 'predict:*'],
      criticality: 'MISSION_CRITICAL',
    })
    expect(terms.delivery).toMatchObject({ operations: 'SAFELISTED', safelist: { sha256: ['a'.repeat(64)] } })
  })

  it('must name a client', async () => {
    await expect(trusting().callerOf(await signed({ sub: '' }))).rejects.toEqual(refused(/claim sub names no client/))
    await expect(trusting().callerOf(await signed({ sub: 'x'.repeat(201) }))).rejects.toEqual(
      refused(/names no client/),
    )
  })

  it('are verified once, and again when they are no longer remembered', async () => {
    const tokens = trusting({}, 2)
    const token = await signed()
    const caller = await tokens.callerOf(token)
    expect(await tokens.callerOf(token)).toBe(caller)
    for (const sub of ['a', 'b']) await tokens.callerOf(await signed({ sub }))
    expect(await tokens.callerOf(token)).not.toBe(caller)
    expect(issuer.reads).toBe(1)
  })

  it('end when they expire, give or take the skew of clocks', async () => {
    const tokens = trusting({ clockSkewSeconds: 60 })
    const token = await signed({ exp: clock.now / 1000 + 60 })
    await tokens.callerOf(token)
    clock.now += 2 * MINUTE - 1
    await tokens.callerOf(token)
    clock.now += 1
    await expect(tokens.callerOf(token)).rejects.toEqual(refused(/has expired/))
    await expect(tokens.callerOf(await signed({ nbf: clock.now / 1000 + 61 }))).rejects.toEqual(refused(/claim nbf/))
    await tokens.callerOf(await signed({ nbf: clock.now / 1000 + 59 }))
  })

  it('have their keys read once for any number of callers that wait', async () => {
    const tokens = trusting()
    const given = await Promise.all(Array.from({ length: 50 }, (_, index) => signed({ sub: `app ${index}` })))
    await Promise.all(given.map((token) => tokens.callerOf(token)))
    expect(issuer.reads).toBe(1)
  })

  it('are taken under a new key at once, and unknown keys are asked for twice a minute at most', async () => {
    const tokens = trusting()
    await tokens.callerOf(await signed())
    await issuer.publish(first, second)
    await tokens.callerOf(await signed({}, second))
    expect(issuer.reads).toBe(2)
    const third = await issuer.makeKey('third')
    const unknown = await signed({}, third)
    for (let time = 0; time < 5; time++) await expect(tokens.callerOf(unknown)).rejects.toEqual(refused(/key of its/))
    expect(issuer.reads).toBe(2)
    clock.now += MINUTE / 2
    await issuer.publish(third)
    await tokens.callerOf(unknown)
    expect(issuer.reads).toBe(3)
  })

  it('end when the issuer withdraws their key', async () => {
    const tokens = trusting()
    const token = await signed()
    await tokens.callerOf(token)
    await issuer.publish(second)
    clock.now += 10 * MINUTE
    await tokens.callerOf(token)
    await vi.waitFor(async () => expect(tokens.callerOf(token)).rejects.toEqual(refused(/not signed by a key/)))
  })

  it('are verified by the last keys while the issuer is down', async () => {
    const tokens = trusting()
    await tokens.callerOf(await signed())
    await issuer.server.stop()
    clock.now += 10 * MINUTE
    await tokens.callerOf(await signed({ sub: 'another' }))
    await issuer.server.start()
  })

  it('wait for an issuer that was never reached, and do not press it', async () => {
    await issuer.server.stop()
    const tokens = trusting()
    const token = await signed()
    const unavailable = expect.objectContaining({ code: 'ISSUER_UNAVAILABLE' })
    await expect(tokens.callerOf(token)).rejects.toEqual(unavailable)
    await issuer.server.start()
    await expect(tokens.callerOf(token)).rejects.toEqual(unavailable)
    clock.now += 5_000
    expect((await tokens.callerOf(token)).identity.client).toBe('clinic-login:app')
  })

  it('of one issuer are not proved by the keys of another', async () => {
    const token = await issuer.sign(second, { now: clock.now, iss: other.url })
    expect((await trusting().callerOf(token)).identity.subject).toBe('client:other-login:app')
    const crossed = await issuer.sign(first, { now: clock.now, iss: other.url, header: { kid: 'second' } })
    await expect(trusting().callerOf(crossed)).rejects.toEqual(refused(/key of its issuer/))
  })
})
