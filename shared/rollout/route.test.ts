import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeOf } from './cohort.js'
import type { RolloutPolicy } from './policy.js'
import { route } from './route.js'

const KEYS = Array.from({ length: 10_000 }, (_, row) => `customer-${row}`)
const everything = () => true
const allBut = (missing: readonly number[]) => (version: number) => !missing.includes(version)

function policy(weight: number, salt = 'salt', fallback?: number): RolloutPolicy {
  const canary = { version: 2, weight, salt }
  return { model: 'risk', revision: 1, champion: 1, canary, shadows: [], ...(fallback ? { fallback } : {}) }
}

function cohort(weight: number, salt?: string): string[] {
  return KEYS.filter((key) => route(policy(weight, salt), key, everything).version === 2)
}

const salts = fc.string()
const keys = fc.string({ unit: 'grapheme', maxLength: 2_000 })
const weights = fc.double({ min: 0, max: 100, noNaN: true })

describe('the place of a key', () => {
  it('is a share in percent, and is always the same', () => {
    fc.assert(
      fc.property(salts, keys, (salt, key) => {
        const place = placeOf(salt, key)
        expect(place).toBeGreaterThanOrEqual(0)
        expect(place).toBeLessThan(100)
        expect(placeOf(salt, key)).toBe(place)
      }),
    )
  })

  it('is another one under another salt', () => {
    const both = new Set(cohort(5, 'first'))
    const again = cohort(5, 'second').filter((key) => both.has(key))
    expect(again.length).toBeLessThan(60)
  })
})

describe('the cohort', () => {
  it('of 5 % holds 500 of 10,000 keys, within three standard deviations, and holds the same ones again', () => {
    const deviation = Math.sqrt(10_000 * 0.05 * 0.95)
    for (const salt of ['a', 'b', 'c', 'd', 'e']) {
      const size = cohort(5, salt).length
      expect(Math.abs(size - 500)).toBeLessThan(3 * deviation)
    }
    expect(cohort(5)).toEqual(cohort(5))
  })

  it('only ever grows with the weight', () => {
    fc.assert(
      fc.property(salts, keys, weights, weights, (salt, key, one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)]
        const before = route(policy(less, salt), key, everything).route
        const after = route(policy(more, salt), key, everything).route
        expect(before === 'CANARY' && after === 'CHAMPION').toBe(false)
      }),
    )
    const at10 = new Set(cohort(10))
    expect(cohort(5).filter((key) => !at10.has(key))).toEqual([])
  })

  it('is nobody at 0 and everybody at 100', () => {
    expect(cohort(0)).toEqual([])
    expect(cohort(100)).toEqual(KEYS)
  })

  it('does not see what else the policy says', () => {
    fc.assert(
      fc.property(keys, weights, fc.nat(), fc.integer({ min: 3 }), (key, weight, revision, fallback) => {
        const one = policy(weight)
        const other = { ...one, revision, fallback, shadows: [{ version: 9, sample: 50 }] }
        expect(route(other, key, everything)).toEqual(route(one, key, everything))
      }),
    )
  })
})

describe('a version that is not ready', () => {
  it.each([
    ['a canary gives way to the fallback', policy(100, 's', 3), [2], { version: 3, route: 'FALLBACK', instead: 2 }],
    ['a canary gives way to the champion', policy(100), [2], { version: 1, route: 'FALLBACK', instead: 2 }],
    ['a fallback gives way, too', policy(100, 's', 3), [2, 3], { version: 1, route: 'FALLBACK', instead: 2 }],
    ['a champion gives way to the fallback', policy(0, 's', 3), [1], { version: 3, route: 'FALLBACK', instead: 1 }],
    ['a champion alone says itself what is wrong', policy(0), [1], { version: 1, route: 'CHAMPION' }],
    ['of several the one chosen says it', policy(100, 's', 3), [1, 2, 3], { version: 2, route: 'CANARY' }],
    ['a canary is nothing to the champion', policy(0, 's', 3), [2, 3], { version: 1, route: 'CHAMPION' }],
  ])('%s', (_rule, rollout, missing, expected) => {
    expect(route(rollout, 'key', allBut(missing))).toEqual(expected)
  })

  it('is never chosen while another one stands', () => {
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { maxLength: 2 })
    fc.assert(
      fc.property(keys, weights, some, (key, weight, missing) => {
        const chosen = route(policy(weight, 's', 3), key, allBut(missing))
        const champion = missing.includes(1) && missing.includes(3) && chosen.instead === undefined
        expect(missing.includes(chosen.version) && !champion).toBe(false)
      }),
    )
  })
})
