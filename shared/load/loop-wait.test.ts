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

  get follows(): boolean {
    return this.#turns.length > 0
  }

  endTurn(): void {
    for (const run of this.#turns.splice(0)) run()
  }
}

function started() {
  const loop = new FakeLoop()
  const wait = new LoopWait(loop)
  wait.arrive()
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
    wait.arrive()
    loop.work(30)
    loop.endTurn()
    loop.work(2)
    expect(wait.arrive()).toBe(32)
    expect(wait.arrive()).toBe(32)
    loop.endTurn()
    expect([wait.ms, wait.arrivals, wait.together]).toEqual([2, 0, 2])
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

  it('follows the loop for as long as requests come or it is busy', () => {
    const { loop, wait } = started()
    loop.work(30)
    loop.endTurn()
    expect(loop.follows).toBe(true)
    loop.sleep(5)
    loop.endTurn()
    expect(loop.follows).toBe(false)
    loop.sleep(1_000)
    expect(wait.arrive()).toBe(0)
    loop.work(40)
    loop.endTurn()
    expect([wait.arrive(), loop.follows]).toEqual([40, true])
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
