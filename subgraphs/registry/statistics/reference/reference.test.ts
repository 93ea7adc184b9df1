import { describe, expect, it } from 'vitest'
import type { Interval } from '../estimate.js'
import { incompleteBeta } from '../incomplete-beta.js'
import { compareMeans, estimateMean, momentsOf, testMeans } from '../mean.js'
import { normalCdf, normalQuantile } from '../normal.js'
import { quantileRanks } from '../order-statistics.js'
import { estimateOutcomeMetric, estimateRmse } from '../outcome-metric.js'
import { compareProportions, estimateProportion, testProportions } from '../proportion.js'
import { delongVariance, estimateRocAuc } from '../roc-auc.js'
import { studentTCdf, studentTQuantile } from '../student-t.js'
import { deviation, readGolden } from './golden.js'

/** Relative to the expected value, or absolute where that is below 1. Closed forms agree to much more than this. */
const TOLERANCE = 1e-9
/** Of what rests on quantiles of Student's t, which SciPy 1.10 gives to about 1e-9; closed forms follow below. */
const STUDENT_TOLERANCE = 1e-8

const golden = readGolden()

describe('the statistics, against SciPy and scikit-learn', () => {
  it('give the normal distribution, far into the lower tail', () => {
    for (const { x, value } of golden.normal.cdf) {
      expect(Math.abs(normalCdf(x) / value - 1), `Φ(${x})`).toBeLessThan(1e-10)
    }
    for (const { p, value } of golden.normal.quantile) {
      expect(deviation(normalQuantile(p), value), `quantile ${p}`).toBeLessThan(1e-10)
    }
  })

  it("give Student's t for any degrees of freedom", () => {
    for (const { t, degrees, value } of golden.student.cdf) {
      expect(deviation(studentTCdf(t, degrees), value), `t ${t}, ${degrees}`).toBeLessThan(1e-10)
    }
    for (const { p, degrees, value } of golden.student.quantile) {
      expect(deviation(studentTQuantile(p, degrees), value), `p ${p}, ${degrees}`).toBeLessThan(STUDENT_TOLERANCE)
    }
  })

  it('give the incomplete beta function', () => {
    for (const { a, b, x, value } of golden.incompleteBeta) {
      expect(deviation(incompleteBeta(a, b, x), value), `I(${a}, ${b}, ${x})`).toBeLessThan(TOLERANCE)
    }
  })

  it('give Wilson and Newcombe intervals and the z-test', () => {
    for (const { a, b, confidence, wilson, newcombe, test } of golden.proportions) {
      expectInterval(estimateProportion(a, confidence)?.interval, wilson[0])
      expectInterval(estimateProportion(b, confidence)?.interval, wilson[1])
      expectInterval(compareProportions(a, b, confidence)?.interval, newcombe)
      const result = testProportions(a, b)
      expect(result === undefined).toBe(test === null)
      if (test) expect(deviation(result!.statistic ** 2, test.chi2)).toBeLessThan(TOLERANCE)
      if (test) expect(deviation(result!.pValue, test.pValue)).toBeLessThan(TOLERANCE)
    }
  })

  it("give Welch's interval and test", () => {
    for (const { a, b, confidence, mean, welch, degrees, test } of golden.means) {
      const [left, right] = [momentsOf(a), momentsOf(b)]
      expectInterval(estimateMean(left, confidence)?.interval, mean, STUDENT_TOLERANCE)
      expectInterval(compareMeans(left, right, confidence)?.interval, welch, STUDENT_TOLERANCE)
      const result = testMeans(left, right)!
      expect(deviation(result.degrees, degrees)).toBeLessThan(TOLERANCE)
      expect(deviation(result.statistic, test.statistic)).toBeLessThan(TOLERANCE)
      expect(deviation(result.pValue, test.pValue)).toBeLessThan(TOLERANCE)
    }
  })

  it('give the ranks around a quantile', () => {
    for (const { n, p, confidence, lower, upper } of golden.ranks) {
      expect(quantileRanks(n, p, confidence), `${n}, ${p}, ${confidence}`).toEqual({ lower, upper })
    }
  })

  it('give the metrics of a classifier', () => {
    for (const { score, truth, confidence, ...expected } of golden.classifications) {
      const observations = score.map((value, i) => ({ score: value, truth: truth[i]! }))
      const options = { confidence, threshold: 0.5 }
      expectClose(estimateOutcomeMetric('ACCURACY', observations, options)?.value, expected.accuracy)
      expectClose(estimateOutcomeMetric('PRECISION', observations, options)?.value ?? 0, expected.precision)
      expectClose(estimateOutcomeMetric('RECALL', observations, options)?.value, expected.recall)
      expectClose(estimateOutcomeMetric('CONVERSION_RATE', observations, options)?.value, expected.conversionRate)
      expectClose(estimateRocAuc(observations, confidence)?.value, expected.rocAuc)
      expectClose(delongVariance(observations), expected.delongVariance)
      expectInterval(estimateRocAuc(observations, confidence)?.interval, expected.rocAucInterval)
    }
  })

  it('give the error of a regression', () => {
    for (const { score, truth, confidence, rmse, interval } of golden.regressions) {
      const estimate = estimateRmse(
        score.map((value, i) => ({ score: value, truth: truth[i]! })),
        confidence,
      )
      expectClose(estimate?.value, rmse)
      expectInterval(estimate?.interval, interval, STUDENT_TOLERANCE)
    }
  })
})

describe("Student's t quantile", () => {
  it.each([1e-8, 1e-4, 0.005, 0.025, 0.2, 0.499, 0.7, 0.95, 0.9995])(
    'at %d is the closed form of 1 and 2 degrees',
    (p) => {
      const cauchy = -1 / Math.tan(Math.PI * p)
      const two = (2 * p - 1) / Math.sqrt(2 * p * (1 - p))
      expect(deviation(studentTQuantile(p, 1), cauchy)).toBeLessThan(1e-11)
      expect(deviation(studentTQuantile(p, 2), two)).toBeLessThan(1e-11)
    },
  )
})

describe("Newcombe's interval", () => {
  it.each([
    [{ count: 56, total: 70 }, { count: 48, total: 80 }, 0.0524, 0.3339],
    [{ count: 9, total: 10 }, { count: 3, total: 10 }, 0.1705, 0.809],
    [{ count: 6, total: 7 }, { count: 2, total: 7 }, 0.0582, 0.8062],
    [{ count: 5, total: 56 }, { count: 0, total: 29 }, -0.0381, 0.1926],
    [{ count: 0, total: 10 }, { count: 0, total: 20 }, -0.1611, 0.2775],
    [{ count: 10, total: 10 }, { count: 0, total: 20 }, 0.6791, 1],
  ])('of %o and %o is the published one (Newcombe 1998, table II, method 10)', (a, b, lower, upper) => {
    const { interval } = compareProportions(a, b, 0.95)!
    expect([interval.lower, interval.upper].map((end) => end.toFixed(4))).toEqual([lower.toFixed(4), upper.toFixed(4)])
  })
})

function expectClose(value: number | undefined, expected: number, tolerance = TOLERANCE): void {
  expect(deviation(value, expected), `${value} for ${expected}`).toBeLessThan(tolerance)
}

function expectInterval(interval: Interval | undefined, expected: Interval, tolerance = TOLERANCE): void {
  expectClose(interval?.lower, expected.lower, tolerance)
  expectClose(interval?.upper, expected.upper, tolerance)
}
