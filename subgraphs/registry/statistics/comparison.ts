import type { Comparison, Estimate } from './estimate.js'

/**
 * a − b with its interval, from two independent estimates with intervals of one confidence level. Each end recovers the
 * variance from the ends that matter to it, so that skewed intervals stay skewed: MOVER, G. Y. Zou & A. Donner,
 * “Construction of confidence limits about effect measures”, Statistics in Medicine 27(10), 2008. For two Wilson
 * intervals it is Newcombe's hybrid score interval; for two symmetric ones the usual √(s² + s²).
 */
export function differenceOf(a: Estimate, b: Estimate): Comparison {
  const value = a.value - b.value
  const lower = value - Math.hypot(a.value - a.interval.lower, b.interval.upper - b.value)
  const upper = value + Math.hypot(a.interval.upper - a.value, b.value - b.interval.lower)
  return { value, interval: { lower, upper } }
}

/**
 * a / b − 1 with its interval: 0.02 says that a is 2 % above b. For quantities that are never negative; undefined where
 * b is 0. It holds r exactly where the interval of a − (1 + r) b holds 0: MOVER for a ratio, A. Donner & G. Y. Zou,
 * “Closed-form confidence intervals for functions of the normal mean and standard deviation”, Statistical Methods in
 * Medical Research 21(4), 2012.
 */
export function relativeDifferenceOf(a: Estimate, b: Estimate): Comparison | undefined {
  if (!(b.value > 0)) return undefined
  return { value: a.value / b.value - 1, interval: { lower: lowerRatio(a, b) - 1, upper: upperRatio(a, b) - 1 } }
}

/** The smaller root of R² u(2b − u) − 2Rab + l(2a − l) = 0, in the form that also holds where the square vanishes. */
function lowerRatio(a: Estimate, b: Estimate): number {
  const square = b.interval.upper * (2 * b.value - b.interval.upper)
  const constant = Math.max(0, a.interval.lower) * (2 * a.value - Math.max(0, a.interval.lower))
  if (constant <= 0 || square === Number.NEGATIVE_INFINITY) return 0
  const product = a.value * b.value
  return constant / (product + Math.sqrt(Math.max(0, product * product - square * constant)))
}

/** The larger root of R² l(2b − l) − 2Rab + u(2a − u) = 0; without a bound where b may be 0. */
function upperRatio(a: Estimate, b: Estimate): number {
  const square = Math.max(0, b.interval.lower) * (2 * b.value - Math.max(0, b.interval.lower))
  if (square <= 0) return Number.POSITIVE_INFINITY
  const constant = a.interval.upper * (2 * a.value - a.interval.upper)
  const product = a.value * b.value
  return (product + Math.sqrt(Math.max(0, product * product - square * constant))) / square
}
