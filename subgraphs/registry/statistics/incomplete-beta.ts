/**
 * I_x(a, b), the regularised incomplete beta function, for a, b > 0 and 0 ≤ x ≤ 1. `y` is 1 − x, passed apart because
 * subtracting would lose it near 1. Absolute error below 1e-12 for a and b up to a million. The continued fraction of
 * Abramowitz & Stegun 26.5.8, evaluated as by W. J. Lentz, Applied Optics 15(3), 1976.
 */
export function incompleteBeta(a: number, b: number, x: number, y: number = 1 - x): number {
  if (!(a > 0 && b > 0 && x >= 0 && y >= 0)) return Number.NaN
  if (x === 0) return 0
  if (y === 0) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, y, x)
  return (binomialDensity(a, b, x, y) * b) / (a + b) / continuedFraction(a, b, x)
}

/**
 * Γ(a+b+1)/(Γ(a+1)Γ(b+1)) x^a y^b. Logarithms of gamma functions would cancel and cost digits for large a and b: this is
 * the saddle-point form of C. Loader, “Fast and Accurate Computation of Binomial Probabilities”, 2000.
 */
function binomialDensity(a: number, b: number, x: number, y: number): number {
  const n = a + b
  const exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y)
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * a * b))
}

/** ln Γ(n+1) − ln(√(2πn) (n/e)^n): what Stirling's formula leaves out; by recurrence from where its series is exact. */
function stirlingError(n: number): number {
  if (n < 16) return stirlingError(n + 1) + (n + 0.5) * Math.log1p(1 / n) - 1
  const square = 1 / (n * n)
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - square / 1188) * square) * square) * square) / n
}

/** k ln(k/expected) + expected − k, without cancellation where the two are close. */
function deviance(k: number, expected: number): number {
  const distance = k - expected
  if (Math.abs(distance) > 0.1 * (k + expected)) return k * Math.log(k / expected) + expected - k
  const v = distance / (k + expected)
  let sum = distance * v
  let power = 2 * k * v
  for (let odd = 3; ; odd += 2) {
    power *= v * v
    const next = sum + power / odd
    if (next === sum) return sum
    sum = next
  }
}

const TINY = 1e-300
const MOST_TERMS = 100_000

/** The value whose inverse is the fraction 1/(1+ d₁/(1+ d₂/(1+ …))). */
function continuedFraction(a: number, b: number, x: number): number {
  let c = 1
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let value = 1 / d
  for (let m = 1; m <= MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / awayFromZero(1 + even * d)
    c = awayFromZero(1 + even / c)
    value /= d * c
    d = 1 / awayFromZero(1 + odd * d)
    c = awayFromZero(1 + odd / c)
    value /= d * c
    if (Math.abs(d * c - 1) < 1e-15) return value
  }
  return value
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}
