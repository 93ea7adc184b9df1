import { differenceOf } from './comparison.js'
import { type Comparison, type Estimate, type TestResult, tailOf } from './estimate.js'
import { normalCdf, normalQuantile } from './normal.js'

/** `count` of `total`, both whole numbers, 0 ≤ count ≤ total. */
export interface Proportion {
  readonly count: number
  readonly total: number
}

/**
 * A share with its Wilson score interval; undefined for an empty sample. E. B. Wilson, “Probable Inference, the Law of
 * Succession, and Statistical Inference”, JASA 22, 1927. It keeps its level for shares near 0 and 1, where error rates
 * live and where the textbook interval p ± z·se collapses to nothing.
 */
export function estimateProportion({ count, total }: Proportion, confidence: number): Estimate | undefined {
  if (!(total > 0)) return undefined
  const z = -normalQuantile(tailOf(confidence))
  const value = count / total
  const centre = count + (z * z) / 2
  const half = z * Math.sqrt((count * (total - count)) / total + (z * z) / 4)
  const whole = total + z * z
  // The ends for none and all are exactly 0 and 1; rounding must not put them beyond, nor beyond the value.
  const lower = count === 0 ? 0 : Math.min(value, (centre - half) / whole)
  const upper = count === total ? 1 : Math.max(value, (centre + half) / whole)
  return { value, interval: { lower, upper }, sample: total }
}

/**
 * a − b with Newcombe's hybrid score interval; undefined when either is empty. R. G. Newcombe, “Interval estimation for
 * the difference between independent proportions: comparison of eleven methods”, Statistics in Medicine 17, 1998, method
 * 10. Chosen over Agresti–Caffo because it is made of the very Wilson intervals that are shown for each version, and
 * never leaves −1 to 1.
 */
export function compareProportions(a: Proportion, b: Proportion, confidence: number): Comparison | undefined {
  const [left, right] = [estimateProportion(a, confidence), estimateProportion(b, confidence)]
  return left && right && differenceOf(left, right)
}

/**
 * The two-sided z-test of equal proportions with the pooled variance (Pearson's χ² without continuity correction is its
 * square); undefined when either sample is empty or nothing varies.
 */
export function testProportions(a: Proportion, b: Proportion): TestResult | undefined {
  const pooled = (a.count + b.count) / (a.total + b.total)
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / a.total + 1 / b.total))
  if (!(error > 0 && Number.isFinite(error))) return undefined
  const statistic = (a.count / a.total - b.count / b.total) / error
  return { statistic, pValue: 2 * normalCdf(-Math.abs(statistic)) }
}
