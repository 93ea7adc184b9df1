import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Congestion } from './congestion.js'

const BOUNDS = { maxMs: 10, lastsMs: 25, heldToMs: 2 }

describe('a queue', () => {
  it('stands when all has waited for too long for a while', () => {
    const queue = new Congestion(BOUNDS)
    const waits = [10, 10, 9, 10, 10, 10]
    const stands = waits.map((wait, index) => {
      queue.note(wait, index * 13)
      return queue.stands
    })
    expect(stands).toEqual([false, false, false, false, false, true])
  })

  it('never stands where too few wait', () => {
    const queue = new Congestion(BOUNDS)
    for (const [now, isMany] of [
      ...[0, 20, 40, 60].map((now) => [now, false] as const),
      [61, true],
      [85, true],
    ] as const)
      queue.note(300, now, isMany)
    expect(queue.stands).toBe(false)
    queue.note(300, 86, true)
    expect(queue.stands).toBe(true)
  })

  it('has gone when nothing has waited for a second', () => {
    const queue = standing()
    queue.note(2, 500)
    queue.note(1, 1_499)
    expect(queue.stands).toBe(true)
    queue.note(1, 1_500)
    expect(queue.stands).toBe(false)
  })

  it('has gone when hardly anything has waited in a second', () => {
    const stands = (lateEvery: number) => {
      const queue = standing()
      for (let now = 1; now <= 1_000; now++) queue.note(now % lateEvery === 0 ? 5 : 1, now)
      return queue.stands
    }
    expect([stands(5), stands(10), stands(11)]).toEqual([true, true, false])
  })

  it('that has gone needs as much to stand again, and one that does not wait never stands', () => {
    const wait = fc.record({ ms: fc.nat(30), after: fc.nat(40) })
    fc.assert(
      fc.property(fc.array(wait), (waits) => {
        const queue = new Congestion(BOUNDS)
        let now = 0
        let lateSince: number | undefined
        for (const { ms, after } of waits) {
          now += after
          const stood = queue.stands
          queue.note(ms, now)
          lateSince = ms < 10 ? undefined : (lateSince ?? now)
          if (!stood && queue.stands) expect(now - lateSince!).toBeGreaterThanOrEqual(25)
        }
      }),
    )
  })
})

function standing(): Congestion {
  const queue = new Congestion(BOUNDS)
  queue.note(10, -25)
  queue.note(10, 0)
  expect(queue.stands).toBe(true)
  return queue
}
