import { type Comparison, type Estimate, type TestResult, tailOf } from './estimate.js'
import { studentTCdf, studentTQuantile } from './student-t.js'

/** All that is needed of a sample to compare its mean. */
export interface Moments {
  readonly count: number
  readonly mean: number
  /** Sum of squared distances from the mean. */
  readonly squares: number
}

/** One pass, without the cancellation of Σx² − (Σx)²/n: B. P. Welford, Technometrics 4(3), 1962. */
export function momentsOf(values: Iterable<number>): Moments {
  let [count, mean, squares] = [0, 0, 0]
  for (const value of values) {
    count++
    const distance = value - mean
    mean += distance / count
    squares += distance * (value - mean)
  }
  return { count, mean, squares }
}

/** A mean with its Student-t interval; undefined below two values, which say nothing of how they vary. */
export function estimateMean(sample: Moments, confidence: number): Estimate | undefined {
  if (sample.count < 2) return undefined
  const half = -studentTQuantile(tailOf(confidence), sample.count - 1) * Math.sqrt(errorVariance(sample))
  return {
    value: sample.mean,
    interval: { lower: sample.mean - half, upper: sample.mean + half },
    sample: sample.count,
  }
}

/**
 * mean(a) − mean(b) with Welch's interval, which lets the variances differ; degrees of freedom by Welch–Satterthwaite.
 * Undefined below two values on either side. B. L. Welch, “The generalization of ‘Student's’ problem when several
 * different population variances are involved”, Biometrika 34, 1947.
 */
export function compareMeans(a: Moments, b: Moments, confidence: number): Comparison | undefined {
  if (a.count < 2 || b.count < 2) return undefined
  const value = a.mean - b.mean
  const error = Math.sqrt(errorVariance(a) + errorVariance(b))
  const half = error === 0 ? 0 : -studentTQuantile(tailOf(confidence), welchDegrees(a, b)) * error
  return { value, interval: { lower: value - half, upper: value + half } }
}

/** Welch's two-sided t-test of equal means; undefined below two values on either side, or when nothing varies. */
export function testMeans(a: Moments, b: Moments): (TestResult & { readonly degrees: number }) | undefined {
  const error = Math.sqrt(errorVariance(a) + errorVariance(b))
  if (a.count < 2 || b.count < 2 || !(error > 0)) return undefined
  const statistic = (a.mean - b.mean) / error
  const degrees = welchDegrees(a, b)
  return { statistic, degrees, pValue: 2 * studentTCdf(-Math.abs(statistic), degrees) }
}

/** The variance of the mean. */
function errorVariance({ count, squares }: Moments): number {
  return squares / (count - 1) / count
}

function welchDegrees(a: Moments, b: Moments): number {
  const [left, right] = [errorVariance(a), errorVariance(b)]
  // By shares, so that tiny variances do not vanish when squared.
  const share = left / (left + right)
  return 1 / (share ** 2 / (a.count - 1) + (1 - share) ** 2 / (b.count - 1))
}
