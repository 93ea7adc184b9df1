import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { generateApiKey } from '../../shared/identity/api-key.js'
import { keyHolder } from '../testing/key-holder.js'
import { ask, type Clinic, codes, startClinic } from '../testing/test-gateway.js'

const clock = { now: Date.now() }
let clinic: Clinic

beforeAll(async () => {
  clinic = await startClinic({ now: () => clock.now })
})

afterAll(() => clinic.stop())

const answer = async (key: string) => {
  const reply = await ask(clinic, key, '{ hello }')
  return reply.errors.length > 0 ? codes(reply)[0] : 'let in'
}

describe('a key at the gateway', () => {
  it('is refused 5 s after it was revoked, though it never rested', async () => {
    const key = clinic.keyFor()
    expect(await answer(key)).toBe('let in')
    clinic.registry.revokeAll()
    const asked = clinic.registry.verifications
    for (let waited = 0; waited < 5_000; waited += 1_000) {
      await answer(key)
      clock.now += 1_000
    }
    expect(clinic.registry.verifications).toBeGreaterThan(asked)
    expect(await answer(key)).toBe('UNAUTHENTICATED')
  })

  it('that was rotated is let in beside its successor until the overlap is over, to the millisecond', async () => {
    const [old, next] = [generateApiKey('test'), generateApiKey('test')]
    const end = clock.now + 2_000
    clinic.registry.addKey(old, keyHolder({ keyId: 'old', expiresAt: end }))
    clinic.registry.addKey(next, keyHolder({ keyId: 'next' }))
    expect([await answer(old), await answer(next)]).toEqual(['let in', 'let in'])
    clock.now = end - 1
    expect([await answer(old), await answer(next)]).toEqual(['let in', 'let in'])
    clock.now = end
    expect([await answer(old), await answer(next)]).toEqual(['UNAUTHENTICATED', 'let in'])
  })

  it('with a typing mistake is refused without asking the registry', async () => {
    const key = clinic.keyFor()
    const asked = clinic.registry.verifications
    const typo = key.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'))
    expect(await answer(typo)).toBe('UNAUTHENTICATED')
    expect(clinic.registry.verifications).toBe(asked)
  })

  it('is counted, and the registry told of it beside the requests', async () => {
    const key = generateApiKey('test')
    clinic.registry.addKey(key, keyHolder({ keyId: 'counted', clientId: '7' }))
    for (let call = 0; call < 3; call++) await answer(key)
    await clinic.tellUses()
    await vi.waitFor(() => {
      const use = clinic.registry.uses.find(({ keyId }) => keyId === 'counted')
      expect(use).toEqual({ keyId: 'counted', clientId: '7', at: clock.now, requests: 3 })
    })
  })
})
