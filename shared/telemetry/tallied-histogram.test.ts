import fc from 'fast-check'
import { Histogram, Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { TalliedHistogram } from './tallied-histogram.js'

const DECLARED = { name: 'seconds', help: 'A time.', labelNames: ['model', 'outcome'] as const, buckets: [0.1, 0.5, 2] }
const LABELS = [
  { model: 'a', outcome: 'ok' },
  { model: 'a', outcome: 'OVERLOADED' },
  { model: 'b "quoted"', outcome: 'ok' },
] as const

describe('a tallied histogram', () => {
  it('tells what a histogram of prom-client tells of the same observations', async () => {
    const values = fc.array(fc.constantFrom(0, 0.05, 0.1, 0.3, 0.5, 1, 2, 2.5, 70), { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(fc.tuple(values, values, values), async (observed) => {
        const [known, tallied] = [new Registry(), new Registry()]
        const expected = new Histogram({ ...DECLARED, registers: [known] })
        const histogram = new TalliedHistogram(DECLARED, tallied)
        for (const [index, labels] of LABELS.entries()) {
          const tally = histogram.tally(labels)
          for (const value of observed[index]!) {
            expected.observe(labels, value)
            tally.add(value)
          }
        }
        expect(await tallied.metrics()).toBe(await known.metrics())
      }),
    )
  })
})
