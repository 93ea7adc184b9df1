import { describe, expect, it } from 'vitest'
import type { KeyHolder } from '../../shared/control/protocol.js'
import { keyHolder } from '../testing/key-holder.js'
import { KeyCache } from './key-cache.js'

const HOLDER = keyHolder()
const HOUR = 3_600_000

function cacheOf(verify: (hash: string) => Promise<KeyHolder | undefined>, capacity = 100) {
  const clock = { now: 1_000 }
  const asked: string[] = []
  const cache = new KeyCache({
    verify: (hash) => {
      asked.push(hash)
      return verify(hash)
    },
    ttlMs: 5_000,
    staleMs: HOUR,
    now: () => clock.now,
    capacity,
  })
  return { cache, clock, asked }
}

/** Lets answers that are there be remembered. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('KeyCache', () => {
  it('answers at once, and asks again beside the requests after half its time', async () => {
    const { cache, clock, asked } = cacheOf(async () => HOLDER)
    expect(await cache.holderOf('a')).toBe(HOLDER)
    clock.now += 2_499
    expect(cache.holderOf('a')).toBe(HOLDER)
    expect(asked).toHaveLength(1)
    clock.now += 1
    for (let call = 0; call < 10; call++) expect(cache.holderOf('a')).toBe(HOLDER)
    expect(asked).toHaveLength(2)
  })

  it('makes no request wait while a key is used at least every 2.5 s, for hours', async () => {
    const { cache, clock, asked } = cacheOf(async () => HOLDER)
    await cache.holderOf('a')
    for (let call = 0; call < 3_000; call++) {
      clock.now += 1 + ((call * 997) % 2_500)
      expect(cache.holderOf('a')).toBe(HOLDER)
      await settled()
    }
    expect(asked.length).toBeGreaterThan(500)
  })

  it('waits for the answer when a key comes back after its time', async () => {
    const { cache, clock, asked } = cacheOf(async () => HOLDER)
    await cache.holderOf('a')
    clock.now += 5_000
    const answer = cache.holderOf('a')
    expect(answer).toBeInstanceOf(Promise)
    expect(await answer).toBe(HOLDER)
    expect(asked).toHaveLength(2)
  })

  it.each([0, 900, 2_600, 4_900])('lets nobody in 5 s after a revocation when answers take %i ms', async (slowMs) => {
    for (let revokedAt = 1_000; revokedAt < 9_000; revokedAt += 500) {
      const answers: { at: number; give: () => void }[] = []
      const { cache, clock } = cacheOf(() => {
        const holder = clock.now < revokedAt ? HOLDER : undefined
        return new Promise((resolve) => answers.push({ at: clock.now + slowMs, give: () => resolve(holder) }))
      })
      const letIn: number[] = []
      const call = async () => void ((await cache.holderOf('a')) && letIn.push(clock.now))
      for (; clock.now < 20_000; clock.now += 250) {
        void call()
        for (const { at, give } of answers) if (at <= clock.now) give()
        await settled()
      }
      expect(Math.max(0, ...letIn)).toBeLessThan(revokedAt + 5_000)
      if (revokedAt > 1_000) expect(letIn.length).toBeGreaterThan(0)
    }
  })

  it('asks once for any number of callers that wait', async () => {
    const { cache, asked } = cacheOf(async () => HOLDER)
    await Promise.all(Array.from({ length: 50 }, () => cache.holderOf('a')))
    expect(asked).toEqual(['a'])
  })

  it('believes a revocation as soon as it asks', async () => {
    let holder: KeyHolder | undefined = HOLDER
    const { cache, clock } = cacheOf(async () => holder)
    await cache.holderOf('a')
    holder = undefined
    clock.now += 5_000
    expect(await cache.holderOf('a')).toBeUndefined()
  })

  it('believes that a key is unknown for a second', async () => {
    let holder: KeyHolder | undefined
    const { cache, clock, asked } = cacheOf(async () => holder)
    await cache.holderOf('a')
    await cache.holderOf('a')
    expect(asked).toHaveLength(1)
    holder = HOLDER
    clock.now += 1_000
    expect(await cache.holderOf('a')).toBe(HOLDER)
  })

  it('goes on with a client it knows for an hour without the registry, asking now and then beside the requests', async () => {
    let down = false
    const { cache, clock, asked } = cacheOf(async () => {
      if (down) throw new Error('down')
      return HOLDER
    })
    await cache.holderOf('a')
    down = true
    clock.now += 5_000
    expect(await cache.holderOf('a')).toBe(HOLDER)
    for (let call = 0; call < 10; call++) expect(cache.holderOf('a')).toBe(HOLDER)
    expect(asked).toHaveLength(2)
    clock.now += 2_500
    expect(cache.holderOf('a')).toBe(HOLDER)
    await settled()
    expect(asked).toHaveLength(3)
    clock.now += HOUR
    await expect(cache.holderOf('a')).rejects.toThrow('down')
    down = false
    expect(await cache.holderOf('a')).toBe(HOLDER)
  })

  it('hears of a revocation soon after the registry is back', async () => {
    let answer: () => Promise<KeyHolder | undefined> = async () => HOLDER
    const { cache, clock } = cacheOf(() => answer())
    await cache.holderOf('a')
    answer = async () => Promise.reject(new Error('down'))
    clock.now += 60_000
    expect(await cache.holderOf('a')).toBe(HOLDER)
    answer = async () => undefined
    clock.now += 2_500
    expect(cache.holderOf('a')).toBe(HOLDER)
    await settled()
    expect(cache.holderOf('a')).toBeUndefined()
  })

  it('does not take an unknown key for known because the registry is down', async () => {
    let down = false
    const { cache, clock } = cacheOf(async () => {
      if (down) throw new Error('down')
      return undefined
    })
    await cache.holderOf('a')
    down = true
    clock.now += 5_000
    await expect(cache.holderOf('a')).rejects.toThrow('down')
  })

  it('remembers no more keys than it may', async () => {
    const { cache, asked } = cacheOf(async () => undefined, 2)
    for (const hash of ['a', 'b', 'c', 'b', 'c', 'a']) await cache.holderOf(hash)
    expect(asked).toEqual(['a', 'b', 'c', 'a'])
  })
})
