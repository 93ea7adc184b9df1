import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countLatencies, latencyBucket, mergeLatencies } from '../../../shared/telemetry/latency-counts.js'
import { differenceOf } from './comparison.js'
import { estimateLatencyQuantile } from './latency.js'

const latencies = fc.array(fc.double({ min: 0.002, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 })

describe('latencies counted by bucket', () => {
  it('say a quantile within 1 %', () => {
    fc.assert(
      fc.property(latencies, fc.constantFrom(0.5, 0.9, 0.99), (ms, p) => {
        const sorted = [...ms].sort((a, b) => a - b)
        const exact = sorted[Math.ceil(p * sorted.length) - 1]!
        const { value, interval, sample } = estimateLatencyQuantile(countLatencies(ms), p, 0.95)!
        expect(Math.abs(value / exact - 1)).toBeLessThan(0.010001)
        expect(sample).toBe(ms.length)
        expect(interval.lower <= value && value <= interval.upper).toBe(true)
      }),
    )
  })

  it('add up to the same in any parts and order', () => {
    fc.assert(
      fc.property(latencies, latencies, (a, b) => {
        const whole = countLatencies([...a, ...b])
        expect(mergeLatencies(countLatencies(b), countLatencies(a))).toEqual(whole)
        expect(mergeLatencies(JSON.parse(JSON.stringify(whole)), {})).toEqual(whole)
      }),
    )
  })

  it('stay in bounded memory, whatever comes', () => {
    const anything = [-1, 0, Number.NaN, 1e-12, 1e300, Number.POSITIVE_INFINITY].map(latencyBucket)
    expect(anything).toEqual([0, 0, 0, 0, 1_102, 1_102])
    expect(latencyBucket(3_600_000)).toBeLessThan(1_102)
  })

  it('have no upper limit for the 99th percentile below 368 of them', () => {
    const of = (count: number) => estimateLatencyQuantile({ [latencyBucket(10)]: count }, 0.99, 0.95)!.interval.upper
    expect(of(367)).toBe(Number.POSITIVE_INFINITY)
    expect(of(368)).toBeLessThan(10.2)
    expect(estimateLatencyQuantile({}, 0.99, 0.95)).toBeUndefined()
  })

  it('tell a slower tail from an equal one', () => {
    const champion = countLatencies(Array.from({ length: 5_000 }, (_, i) => 5 + (i % 100) / 20))
    const slower = countLatencies(Array.from({ length: 500 }, (_, i) => 55 + (i % 100) / 20))
    const p99 = (counts: typeof champion) => estimateLatencyQuantile(counts, 0.99, 0.95)!
    expect(differenceOf(p99(slower), p99(champion)).interval.lower).toBeGreaterThan(45)
    const { interval } = differenceOf(p99(champion), p99(champion))
    expect(interval.lower < 0 && 0 < interval.upper).toBe(true)
  })
})
