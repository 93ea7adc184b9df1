import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differenceOf, relativeDifferenceOf } from './comparison.js'
import type { Comparison, Estimate } from './estimate.js'
import { compareMeans, estimateMean, momentsOf } from './mean.js'
import { normalCdf, normalQuantile } from './normal.js'
import { estimateOutcomeMetric, OUTCOME_METRICS } from './outcome-metric.js'
import { compareProportions, estimateProportion, type Proportion, testProportions } from './proportion.js'
import { estimateRocAuc } from './roc-auc.js'

const proportions = fc
  .integer({ min: 1, max: 100_000 })
  .chain((total) => fc.integer({ min: 0, max: total }).map((count): Proportion => ({ count, total })))
const confidences = fc.double({ min: 0.5, max: 0.999, noNaN: true })
const values = fc.double({ min: -1e4, max: 1e4, noNaN: true })
const samples = fc.array(values, { minLength: 2, maxLength: 40 }).map(momentsOf)
const observations = fc.array(
  fc.record({ score: fc.integer({ min: 0, max: 100 }).map((n) => n / 100), truth: fc.constantFrom(0, 1) }),
  { minLength: 1, maxLength: 60 },
)

describe('the statistics', () => {
  it('estimate a value that lies in its interval', () => {
    const contain = (estimate: Comparison | undefined) => !estimate || holds(estimate)
    fc.assert(
      fc.property(proportions, proportions, samples, samples, observations, confidences, (a, b, x, y, seen, level) => {
        expect(contain(estimateProportion(a, level))).toBe(true)
        expect(contain(compareProportions(a, b, level))).toBe(true)
        expect(contain(estimateMean(x, level))).toBe(true)
        expect(contain(compareMeans(x, y, level))).toBe(true)
        for (const metric of OUTCOME_METRICS) {
          expect(contain(estimateOutcomeMetric(metric, seen, { confidence: level, threshold: 0.5 })), metric).toBe(true)
        }
      }),
    )
  })

  it('turn a difference around when its sides are swapped', () => {
    fc.assert(
      fc.property(proportions, proportions, samples, samples, confidences, (a, b, x, y, level) => {
        expectOpposite(compareProportions(a, b, level)!, compareProportions(b, a, level)!)
        expectOpposite(compareMeans(x, y, level)!, compareMeans(y, x, level)!)
        const [test, turned] = [testProportions(a, b), testProportions(b, a)]
        expect(turned?.statistic ?? 0).toBeCloseTo(-(test?.statistic ?? 0), 9)
      }),
    )
  })

  it('narrow with the sample and widen with the confidence', () => {
    fc.assert(
      fc.property(proportions, proportions, confidences, (a, b, level) => {
        const wide = widthOf(compareProportions(a, b, level)!)
        expect(widthOf(compareProportions(times(a, 4), times(b, 4), level)!)).toBeLessThan(wide)
        expect(widthOf(compareProportions(a, b, (1 + level) / 2)!)).toBeGreaterThan(wide)
      }),
    )
  })

  it('read the same AUC from any scale that keeps the order, and 1 − AUC from the opposite one', () => {
    fc.assert(
      fc.property(observations, confidences, (seen, level) => {
        const rescaled = seen.map(({ score, truth }) => ({ score: Math.exp(5 * score) - 3, truth }))
        const opposite = seen.map(({ score, truth }) => ({ score: -score, truth }))
        const auc = estimateRocAuc(seen, level)
        expect(estimateRocAuc(rescaled, level)).toEqual(auc)
        expect(estimateRocAuc(opposite, level)?.value).toSatisfy(near(auc && 1 - auc.value))
        expect(estimateRocAuc(opposite, level)?.interval.lower).toSatisfy(near(auc && 1 - auc.interval.upper))
      }),
    )
  })

  it('hold a ratio exactly where the difference to that multiple holds none', () => {
    fc.assert(
      fc.property(
        proportions,
        proportions,
        confidences,
        fc.double({ min: 0.01, max: 20, noNaN: true }),
        (a, b, level, r) => {
          const [x, y] = [estimateProportion(a, level)!, estimateProportion(b, level)!]
          const ratio = relativeDifferenceOf(x, y)
          fc.pre(ratio !== undefined && farFromEnds(ratio, r - 1))
          const { interval } = differenceOf(x, multiple(y, r))
          expect(interval.lower <= 0 && interval.upper >= 0).toBe(
            ratio!.interval.lower <= r - 1 && r - 1 <= ratio!.interval.upper,
          )
        },
      ),
    )
  })

  it('invert the normal distribution', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) => {
        expect(Math.abs(normalCdf(normalQuantile(p)) - p)).toBeLessThan(1e-13)
      }),
    )
  })
})

describe('a sample that says too little', () => {
  it('is no estimate', () => {
    expect(estimateProportion({ count: 0, total: 0 }, 0.95)).toBeUndefined()
    expect(estimateMean(momentsOf([3]), 0.95)).toBeUndefined()
    expect(estimateRocAuc([{ score: 1, truth: 1 }], 0.95)).toBeUndefined()
    expect(relativeDifferenceOf(point(1), point(0))).toBeUndefined()
  })

  it('does not make perfect separation certain', () => {
    const separated = [0.9, 0.8, 0.7, 0.2, 0.1, 0.05].map((score) => ({ score, truth: score > 0.5 ? 1 : 0 }))
    const auc = estimateRocAuc(separated, 0.95)!
    expect(auc.value).toBe(1)
    expect(auc.interval.lower).toBeLessThan(0.5)
  })

  it.each([0, 1, -1, Number.NaN])('refuses %d as a confidence', (confidence) => {
    expect(() => estimateProportion({ count: 1, total: 2 }, confidence)).toThrow(RangeError)
  })
})

function holds({ value, interval }: Comparison): boolean {
  return interval.lower <= value && value <= interval.upper
}

function widthOf({ interval }: Comparison): number {
  return interval.upper - interval.lower
}

function expectOpposite(one: Comparison, other: Comparison): void {
  expect(other.value).toSatisfy(near(-one.value))
  expect(other.interval.lower).toSatisfy(near(-one.interval.upper))
  expect(other.interval.upper).toSatisfy(near(-one.interval.lower))
}

function near(expected: number | undefined): (value: number | undefined) => boolean {
  return (value) =>
    value === expected ||
    Math.abs((value ?? Number.NaN) - (expected ?? Number.NaN)) <= 1e-9 * (1 + Math.abs(expected ?? 0))
}

function times({ count, total }: Proportion, factor: number): Proportion {
  return { count: count * factor, total: total * factor }
}

function multiple({ value, interval, sample }: Estimate, by: number): Estimate {
  return { value: value * by, interval: { lower: interval.lower * by, upper: interval.upper * by }, sample }
}

function farFromEnds({ interval }: Comparison, value: number): boolean {
  return Math.abs(interval.lower - value) > 1e-6 && Math.abs(interval.upper - value) > 1e-6
}

function point(value: number): Estimate {
  return { value, interval: { lower: value, upper: value }, sample: 1 }
}
