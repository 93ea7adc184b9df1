import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Priority, RunTimes } from './engine.js'
import { block, setUp } from './fixtures/batcher-under-test.js'

describe('whatever comes', () => {
  const blocks = fc.array(
    fc.record({
      rows: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }),
      priority: fc.constantFrom<Priority>('interactive', 'batch'),
      withinMs: fc.constantFrom(5, 20, Number.POSITIVE_INFINITY),
      turn: fc.integer({ min: 0, max: 10 }),
    }),
    { maxLength: 12 },
  )
  const limits = fc.record({
    maxBatchRows: fc.integer({ min: 1, max: 16 }),
    maxQueueRows: fc.integer({ min: 1, max: 60 }),
    slots: fc.integer({ min: 1, max: 3 }),
  })

  it('every row ends exactly once, rightly, in runs that keep the limit; times add up', async () => {
    await fc.assert(
      fc.asyncProperty(blocks, limits, async (arrivals, { maxBatchRows, maxQueueRows, slots }) => {
        const { clock, turns, executor, batcher, run } = setUp({ maxBatchRows, maxQueueRows }, slots)
        const all = arrivals.map(({ rows }) => block(...rows))
        const ends: Promise<void>[] = []
        const timed = (arrivedAt: number) => (times: RunTimes) => {
          expect(times.queueMs + times.runMs).toBeLessThanOrEqual(clock.now() - arrivedAt + 1e-3)
          if (times.runMs > 0) expect(times.queueMs + times.runMs).toBeCloseTo(clock.now() - arrivedAt)
        }
        for (let turn = 0; turn <= 10 || !batcher.isIdle; turn++) {
          arrivals.forEach((arrival, index) => {
            if (arrival.turn !== turn) return
            ends.push(run(all[index]!, arrival.priority, arrival.withinMs).then(timed(clock.now())))
          })
          await turns.next()
          clock.advance(2)
          const current = executor.underWay[0]
          // Nines are bad rows: they break every run they are in.
          if (current?.values.includes(9)) current.fail(new Error('nine'))
          else current?.succeed()
          await turns.next()
        }
        await Promise.all(ends)
        for (const values of executor.started) expect(values.length).toBeLessThanOrEqual(maxBatchRows)
        for (const each of all) {
          each.rows.forEach((row, index) => {
            const value = Number(row.x![0])
            const code = each.codes[index]
            if (code === undefined) expect(each.firsts('y')[index]).toBe(-value)
            if (code === 'INFERENCE_FAILED') expect(value).toBe(9)
            if (value === 9) expect(code).toBeDefined()
          })
        }
      }),
      { numRuns: 60 },
    )
  })
})
