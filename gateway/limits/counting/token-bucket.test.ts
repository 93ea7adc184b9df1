import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenBucket, waitFor } from './token-bucket.js'

const rates = fc.record({
  perSecond: fc.double({ min: 0.01, max: 10_000, noNaN: true }),
  burst: fc.integer({ min: 1, max: 1_000 }),
})
const steps = fc.array(fc.record({ ms: fc.integer({ min: 0, max: 5_000 }), tokens: fc.integer({ min: 1, max: 50 }) }), {
  maxLength: 80,
})

describe('a token bucket', () => {
  it('never lets more than burst + rate · t through, in any stretch of time', () => {
    fc.assert(
      fc.property(rates, steps, (rate, asked) => {
        const bucket = new TokenBucket()
        const taken: { at: number; tokens: number }[] = []
        let now = 1_800_000_000_000
        for (const { ms, tokens } of asked) {
          now += ms
          if (!bucket.has(tokens, rate, now)) continue
          bucket.take(tokens, rate, now)
          taken.push({ at: now, tokens })
        }
        for (const [first, { at }] of taken.entries()) {
          let sum = 0
          for (const { at: last, tokens } of taken.slice(first)) {
            sum += tokens
            expect(sum).toBeLessThanOrEqual(rate.burst + (rate.perSecond * (last - at)) / 1000 + 1e-3)
          }
        }
      }),
    )
  })

  it('has enough after the wait that it tells, and not long before', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 1_000 }), (rate, tokens) => {
        fc.pre(tokens <= rate.burst)
        const bucket = new TokenBucket()
        const now = 1_800_000_000_000
        bucket.take(rate.burst, rate, now)
        const wait = waitFor(tokens, bucket.left(rate, now), rate)!
        expect(bucket.has(tokens, rate, now + wait + 1)).toBe(true)
        if (wait > 2) expect(bucket.has(tokens, rate, now + wait - 2)).toBe(false)
      }),
    )
  })

  it('tells no wait for more than it ever holds', () => {
    expect(waitFor(11, 10, { perSecond: 1, burst: 10 })).toBeUndefined()
  })

  it('follows a rate that changes, and never lets more out for a clock that is put back', () => {
    const bucket = new TokenBucket()
    bucket.take(10, { perSecond: 1, burst: 10 }, 5_000)
    expect(bucket.has(1, { perSecond: 1, burst: 10 }, 1_000)).toBe(false)
    expect(bucket.left({ perSecond: 1, burst: 10 }, 7_000)).toBeCloseTo(2)
    expect(bucket.left({ perSecond: 1, burst: 20 }, 7_000)).toBeCloseTo(12)
  })
})
