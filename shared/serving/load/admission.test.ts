import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ModelgraphError } from '../../errors/modelgraph-error.js'
import { Admission, type Rank } from './admission.js'

const RANKS: readonly Rank[] = ['BATCH', 'INTERNAL', 'MISSION_CRITICAL']

function admission(most: number) {
  const clock = { ms: 0 }
  const refused: [Rank, number][] = []
  const onRefused = (rank: Rank, amount: number) => refused.push([rank, amount])
  return { clock, refused, load: new Admission({ what: 'rows', most, monotonic: () => clock.ms, onRefused }) }
}

function refusal(task: () => unknown): ModelgraphError | undefined {
  try {
    task()
    return undefined
  } catch (error) {
    return error as ModelgraphError
  }
}

describe('an admission', () => {
  it('refuses batch rows first, then internal clients, mission-critical ones last', () => {
    const { load, refused } = admission(10)
    const admitted = RANKS.map((rank) => {
      let count = 0
      while (!refusal(() => load.enter(1, rank))) count += 1
      return count
    })
    expect(admitted).toEqual([5, 3, 2])
    expect(refused).toEqual(RANKS.map((rank) => [rank, 1]))
  })

  it('tells with OVERLOADED how long what is under way takes to end', () => {
    const { clock, load } = admission(1)
    for (let round = 0; round < 200; round++) {
      const leave = load.enter(1, 'INTERNAL')
      clock.ms += 400
      leave()
    }
    load.enter(1, 'INTERNAL')
    const error = refusal(() => load.enter(1, 'MISSION_CRITICAL'))
    expect(error).toMatchObject({ code: 'OVERLOADED', retryable: true })
    expect(error!.details.retryAfterMs).toBeGreaterThan(390)
    expect(error!.details.retryAfterMs).toBeLessThanOrEqual(400)
  })

  it('admits a request that is larger than the bound when there is room at all', () => {
    const { load } = admission(10)
    const leave = load.enter(1_000, 'BATCH')
    expect(refusal(() => load.enter(1, 'MISSION_CRITICAL'))?.code).toBe('OVERLOADED')
    leave()
    expect(load.underWay).toBe(0)
  })

  it('never refuses a rank what it admits to a lower one, and is empty when all have left', () => {
    const steps = fc.array(fc.record({ amount: fc.nat(20), leaves: fc.boolean() }))
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 50 }), (steps, most) => {
        const { load } = admission(most)
        const leaving: (() => void)[] = []
        for (const { amount, leaves } of steps) {
          if (leaves) leaving.pop()?.()
          const open = RANKS.map((rank) => refusal(() => load.enter(0, rank)()) === undefined)
          expect(open).toEqual([...open].sort())
          if (open[0]) leaving.push(load.enter(amount, 'BATCH'))
        }
        for (const leave of leaving) leave()
        expect(load.underWay).toBe(0)
      }),
    )
  })
})
