import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LoopTime, LoopWait } from './loop-wait.js'

/** An event loop whose every moment the test decides. */
class FakeLoop implements LoopTime {
  now = 1_000
  idle = 0
  #turns: (() => void)[] = []

  monotonic(): number {
    return this.now
  }

  idleMs(): number {
    return this.idle
  }

  endOfTurn(run: () => void): void {
    this.#turns.push(run)
  }

  sleep(ms: number): void {
    this.now += ms
    this.idle += ms
  }

  work(ms: number): void {
    this.now += ms
  }

  endTurn(): void {
    for (const run of this.#turns.splice(0)) run()
  }
}

function started() {
  const loop = new FakeLoop()
  const wait = new LoopWait(loop)
  wait.start()
  loop.endTurn()
  return { loop, wait }
}

describe('the wait for the event loop', () => {
  it('is none where the loop slept until the request came', () => {
    const { loop, wait } = started()
    loop.sleep(500)
    expect(wait.arrive()).toBe(0)
    loop.work(3)
    expect(wait.arrive()).toBe(3)
    expect(wait.arrivals).toBe(2)
  })

  it('is the turn before and what has been done of this one where the loop is busy', () => {
    const { loop, wait } = started()
    loop.sleep(10)
    loop.work(30)
    loop.endTurn()
    loop.work(2)
    expect(wait.arrive()).toBe(32)
    loop.endTurn()
    expect([wait.ms, wait.arrivals, wait.together]).toEqual([2, 0, 1])
  })

  it('counts turns in which no request came', () => {
    const { loop, wait } = started()
    wait.arrive()
    loop.sleep(5)
    loop.endTurn()
    loop.work(20)
    loop.endTurn()
    expect(wait.arrive()).toBe(20)
  })

  it('follows the loop no more once it is stopped', () => {
    const { loop, wait } = started()
    wait.stop()
    wait.arrive()
    loop.endTurn()
    loop.endTurn()
    expect(wait.arrivals).toBe(1)
  })

  it('is never less than what a request has waited', () => {
    const step = fc.record({ sleptMs: fc.nat(50), workedMs: fc.nat(50), arrivesAt: fc.nat(100) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), (steps) => {
        const { loop, wait } = started()
        let lookedAt = loop.now
        for (const { sleptMs, workedMs, arrivesAt } of steps) {
          // A loop that sleeps wakes by the request itself.
          const arrived = sleptMs > 0 ? loop.now + sleptMs : Math.min(lookedAt + arrivesAt, loop.now)
          loop.sleep(sleptMs)
          lookedAt = loop.now
          loop.work(workedMs)
          expect(wait.arrive()).toBeGreaterThanOrEqual(loop.now - arrived)
          loop.endTurn()
        }
      }),
    )
  })
})
