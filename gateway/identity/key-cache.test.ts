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

describe('KeyCache', () => {
  it('asks once within the time to live, and again after it', async () => {
    const { cache, clock, asked } = cacheOf(async () => HOLDER)
    expect(await cache.holderOf('a')).toBe(HOLDER)
    clock.now += 4_999
    await cache.holderOf('a')
    expect(asked).toHaveLength(1)
    clock.now += 1
    await cache.holderOf('a')
    expect(asked).toHaveLength(2)
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

  it('goes on with a client it knows for an hour without the registry, asking once per time to live', async () => {
    let down = false
    const { cache, clock, asked } = cacheOf(async () => {
      if (down) throw new Error('down')
      return HOLDER
    })
    await cache.holderOf('a')
    down = true
    clock.now += 5_000
    for (let call = 0; call < 10; call++) expect(await cache.holderOf('a')).toBe(HOLDER)
    expect(asked).toHaveLength(2)
    clock.now += HOUR
    await expect(cache.holderOf('a')).rejects.toThrow('down')
    down = false
    expect(await cache.holderOf('a')).toBe(HOLDER)
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
