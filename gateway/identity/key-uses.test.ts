import { afterEach, describe, expect, it, vi } from 'vitest'
import type { KeyUse } from '../../shared/control/protocol.js'
import { keyHolder } from '../testing/key-holder.js'
import { KeyUses } from './key-uses.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const A = keyHolder({ keyId: 'a', clientId: '1' })
const B = keyHolder({ keyId: 'b', clientId: '2' })

const started: KeyUses[] = []
afterEach(() => Promise.all(started.splice(0).map((uses) => uses.stop())))

function usesOf() {
  const clock = { now: 10 * HOUR }
  const told: (readonly KeyUse[])[] = []
  const registry = { down: false }
  let wake: (() => void) | undefined
  const uses = new KeyUses({
    instance: 'gateway-1',
    tell: async ({ keys }) => {
      if (registry.down) throw new Error('down')
      told.push(keys)
    },
    pause: (signal) =>
      new Promise((resolve) => {
        wake = resolve
        signal.onabort = () => resolve()
      }),
    now: () => clock.now,
  })
  uses.start()
  started.push(uses)
  const look = async () => {
    const before = wake
    before?.()
    await vi.waitFor(() => expect(wake).not.toBe(before))
  }
  const count = (holder: typeof A, times = 1) => {
    for (let call = 0; call < times; call++) uses.count(holder, clock.now)
  }
  return { uses, clock, told, registry, look, count }
}

describe('the use of keys', () => {
  it('is told together at the first use, then once a minute, absolute', async () => {
    const { clock, told, look, count } = usesOf()
    count(A, 3)
    count(B)
    await look()
    const first = { keyId: 'a', clientId: '1', at: clock.now, requests: 3 }
    expect(told).toEqual([[first, { keyId: 'b', clientId: '2', at: clock.now, requests: 1 }]])
    clock.now += 5_000
    count(A)
    await look()
    expect(told).toHaveLength(1)
    clock.now += 55_000
    await look()
    expect(told[1]).toEqual([{ ...first, at: first.at + 5_000, requests: 4 }])
    clock.now += MINUTE
    await look()
    expect(told).toHaveLength(2)
  })

  it('begins anew with the hour, and leaves nothing of the one before untold', async () => {
    const { clock, told, look, count } = usesOf()
    count(A)
    await look()
    count(A, 4)
    const lastOfHour = clock.now
    clock.now += HOUR
    count(A, 2)
    await look()
    expect(told[1]).toMatchObject([
      { at: lastOfHour, requests: 5 },
      { at: clock.now, requests: 2 },
    ])
  })

  it('is told again where the registry did not take it, and at the end', async () => {
    const { uses, told, registry, look, count } = usesOf()
    registry.down = true
    count(A)
    await look()
    expect(told).toEqual([])
    registry.down = false
    await look()
    expect(told).toHaveLength(1)
    count(A, 6)
    await uses.stop()
    expect(told[1]).toMatchObject([{ keyId: 'a', requests: 7 }])
  })
})
