import { describe, expect, it } from 'vitest'
import { Cost } from './cost.js'
import { resolveSettings } from './options.js'
import { batchLimit, choosePlacement } from './placement.js'

describe('the cost of a version', () => {
  it('has a fixed part and a part per row', () => {
    const cost = new Cost(14, 45, 32)
    expect(cost.rowMicros).toBe(1)
    expect(cost.fixedMicros).toBe(13)
    expect(cost.runMicros(100)).toBe(113)
  })

  it('tells how many rows fit into a time, one at least', () => {
    const cost = new Cost(14, 45, 32)
    expect(cost.rowsWithin(113)).toBe(100)
    expect(cost.rowsWithin(2)).toBe(1)
  })

  it('follows what runs take', () => {
    const cost = new Cost(10, 100, 10)
    for (let runs = 0; runs < 100; runs++) cost.observe(10, 300)
    expect(cost.runMicros(10)).toBeCloseTo(300, 0)
  })

  it('is not led astray by one long pause', () => {
    const cost = new Cost(10, 100, 10)
    cost.observe(10, 1_000_000)
    expect(cost.runMicros(10)).toBeLessThan(150)
  })

  it('keeps runs long enough to be worth their fixed part, however slow they have become', () => {
    const slow = (one: number, many: number) => {
      const cost = new Cost(one, many, 32)
      for (let runs = 0; runs < 100; runs++) cost.observe(1, 100 * one)
      return cost
    }
    expect(slow(14, 45).rowsWithin(1_000)).toBe(13)
    // Of what costs as much at warm-up already, no more than fits by what it cost then.
    expect(slow(900, 931).rowsWithin(1_000)).toBe(101)
    expect(slow(100, 3_200).rowsWithin(1_000)).toBe(1)
  })

  it('stands a measurement in which many rows were no dearer than one', () => {
    const cost = new Cost(10, 9, 32)
    expect(cost.rowsWithin(1000)).toBeGreaterThan(1000)
    expect(cost.runMicros(1)).toBeGreaterThan(0)
  })
})

describe('the placement of a version', () => {
  const auto = resolveSettings()

  it.each([
    [499, 'inline', 'inline'],
    [499, 'worker', 'inline'],
    [700, 'inline', 'inline'],
    [700, 'worker', 'worker'],
    [1001, 'inline', 'worker'],
    [1001, 'worker', 'worker'],
  ] as const)('of %d µs a run, now %s, should be %s', (micros, current, expected) => {
    expect(choosePlacement(auto, micros, current)).toBe(expected)
  })

  it('can be pinned', () => {
    expect(choosePlacement(resolveSettings({ placement: 'inline' }), 8000)).toBe('inline')
    expect(choosePlacement(resolveSettings({ placement: 'worker' }), 8)).toBe('worker')
  })

  it('keeps runs on the calling thread shorter than on a worker thread', () => {
    const cost = new Cost(10, 100, 10)
    expect(batchLimit(auto, 'inline', cost)).toBe(100)
    expect(batchLimit(auto, 'worker', cost)).toBe(500)
    expect(batchLimit(resolveSettings({ maxBatchRows: 64 }), 'worker', cost)).toBe(64)
  })
})
