import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Candidate, chooseReplica } from './choose.js'
import { HEALTH, ReplicaHealth } from './health.js'
import { RetryBudget } from './retry-budget.js'
import { Room } from './room.js'

interface Named extends Candidate {
  readonly name: string
}

const replica = (name: string, inFlight: number, share = 1): Named => ({ name, inFlight, share: () => share })

/** Chance that says what it is told, over and over. */
function chance(...said: number[]): () => number {
  let next = 0
  return () => said[next++ % said.length]!
}

describe('the choice of a replica', () => {
  const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const shares = fc.constantFrom(0, 0.1, 0.5, 1)
  const candidates = fc.array(fc.tuple(fc.nat(20), shares), { minLength: 1, maxLength: 6 })

  it('is never one without a share while another has any, nor the busiest of all that are equal otherwise', () => {
    fc.assert(
      fc.property(candidates, fc.infiniteStream(unit), (given, stream) => {
        const replicas = given.map(([inFlight, share], index) => replica(`${index}`, inFlight, share))
        const chosen = chooseReplica(replicas, 0, () => stream.next().value)!
        const willing = replicas.filter(({ share }) => share(0) > 0)
        if (willing.length > 0 && replicas.length > 1) expect(chosen.share(0)).toBeGreaterThan(0)
        const full = replicas.filter(({ share }) => share(0) === 1)
        const busiest = Math.max(...full.map(({ inFlight }) => inFlight))
        const strictly = full.filter(({ inFlight }) => inFlight === busiest).length === 1
        if (full.length === replicas.length && full.length > 1 && strictly)
          expect(chosen.inFlight).toBeLessThan(busiest)
      }),
    )
  })

  it('is the less loaded of two, whichever they are', () => {
    const replicas = [replica('a', 3), replica('b', 1), replica('c', 2)]
    expect(chooseReplica(replicas, 0, chance(0, 0))?.name).toBe('b')
    expect(chooseReplica(replicas, 0, chance(0, 0.9))?.name).toBe('c')
    expect(chooseReplica(replicas, 0, chance(0.9, 0.9))?.name).toBe('b')
  })

  it('passes one that comes back over, except for its share', () => {
    const replicas = [replica('a', 5), replica('b', 0, 0.1)]
    expect(chooseReplica(replicas, 0, chance(0.2))?.name).toBe('a')
    expect(chooseReplica(replicas, 0, chance(0.05))?.name).toBe('b')
  })

  it('is a sick one rather than none', () => {
    expect(chooseReplica([replica('a', 1, 0), replica('b', 0, 0)], 0, chance(0))?.name).toBe('b')
    expect(chooseReplica([replica('a', 1, 0)], 0, chance(0))?.name).toBe('a')
    expect(chooseReplica([], 0, chance(0))).toBeUndefined()
  })
})

describe('the health of a replica', () => {
  const fail = (health: ReplicaHealth, times: number, now = 0) => {
    for (let n = 0; n < times; n++) health.note(true, now)
  }

  it('is bad after faults in a row, and good again after one that is none', () => {
    const health = new ReplicaHealth()
    fail(health, HEALTH.faultsInRow - 1)
    expect(health.isFailing).toBe(false)
    health.note(false, 0)
    fail(health, HEALTH.faultsInRow - 1)
    expect(health.isFailing).toBe(false)
    fail(health, 1)
    expect(health.isFailing).toBe(true)
  })

  it('is bad when half of enough requests fail within the window, and not by those before it', () => {
    const alternating = (health: ReplicaHealth, times: number, now: number) => {
      for (let n = 0; n < times; n++) health.note(n % 2 === 1, now)
    }
    const health = new ReplicaHealth()
    alternating(health, HEALTH.fewestRequests - 2, 0)
    expect(health.isFailing).toBe(false)
    alternating(health, 2, HEALTH.windowMs)
    expect(health.isFailing).toBe(false)
    alternating(health, HEALTH.fewestRequests, HEALTH.windowMs + 1)
    expect(health.isFailing).toBe(true)
  })

  it('is ejected for ever longer, up to a limit', () => {
    const health = new ReplicaHealth()
    const times = Array.from({ length: 8 }, () => {
      const time = health.eject()
      expect([health.isEjected, health.share(0), health.isFailing]).toEqual([true, 0, false])
      health.readmit(0)
      fail(health, 1)
      expect(health.isFailing).toBe(true)
      return time
    })
    expect(times).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  })

  it('comes back slowly, and has a clean sheet once it is back', () => {
    const health = new ReplicaHealth()
    health.eject()
    health.readmit(10_000)
    const { returnMs } = HEALTH
    expect([0, 0.4, 0.9, 2].map((part) => health.share(10_000 + part * returnMs))).toEqual([0.1, 0.5, 1, 1])
    health.note(false, 10_000 + returnMs - 1)
    fail(health, 1, 10_000 + returnMs - 1)
    expect(health.isFailing).toBe(true)
    expect(health.eject()).toBe(2_000)
    health.readmit(20_000)
    health.note(false, 20_000 + returnMs)
    fail(health, 1, 20_000 + returnMs)
    expect(health.isFailing).toBe(false)
    expect(health.eject()).toBe(1_000)
  })
})

describe('the retry budget', () => {
  it('never allows more than its share of requests and its rate, whatever is asked of it', () => {
    const step = fc.record({ requests: fc.nat(50), retries: fc.nat(50), ms: fc.nat(3_000) })
    const options = fc.record({ percent: fc.nat(100), minPerSecond: fc.nat(20) })
    fc.assert(
      fc.property(options, fc.array(step, { maxLength: 40 }), ({ percent, minPerSecond }, steps) => {
        let now = 0
        const budget = new RetryBudget({ percent, minPerSecond, monotonic: () => now })
        let [requests, allowed] = [0, 0]
        for (const taken of steps) {
          for (let n = 0; n < taken.requests; n++) budget.deposit()
          for (let n = 0; n < taken.retries; n++) allowed += budget.withdraw() ? 1 : 0
          requests += taken.requests
          now += taken.ms
        }
        const most = minPerSecond * (1 + now / 1_000) + (requests * percent) / 100
        expect(allowed).toBeLessThanOrEqual(most + 1e-6)
      }),
    )
  })

  it('saves only so much', () => {
    let now = 0
    const budget = new RetryBudget({ percent: 0, minPerSecond: 2, monotonic: () => now })
    const spend = () => {
      let spent = 0
      while (budget.withdraw()) spent += 1
      return spent
    }
    expect(spend()).toBe(2)
    now = 500
    expect(spend()).toBe(1)
    now = 1_000_000
    expect(spend()).toBe(20)
  })

  it('of nothing allows nothing', () => {
    expect(new RetryBudget({ percent: 0, minPerSecond: 0, monotonic: () => 1e9 }).withdraw()).toBe(false)
  })
})

describe('the room of a subgraph', () => {
  it('keeps its last tenth for callers who are critical', async () => {
    const room = new Room(10)
    for (let n = 0; n < 9; n++) expect(room.enter(undefined)).toBe(true)
    expect(room.enter('INTERNAL')).toBe(false)
    expect(room.enter('MISSION_CRITICAL')).toBe(true)
    expect(room.enter('MISSION_CRITICAL')).toBe(false)
    room.leave()
    room.leave()
    expect(room.enter(undefined)).toBe(true)
    expect(room.inFlight).toBe(9)
  })

  it('says when it is empty', async () => {
    const room = new Room(10)
    await room.empty()
    room.enter(undefined)
    let empty = false
    const waiting = room.empty().then(() => {
      empty = true
    })
    await Promise.resolve()
    expect(empty).toBe(false)
    room.leave()
    await waiting
  })
})
