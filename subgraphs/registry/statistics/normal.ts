/**
 * Φ(x), the probability of a standard normal value at most x. Absolute error below 1e-14; in the lower tail the relative
 * error stays below 1e-12. G. Marsaglia, “Evaluating the Normal Distribution”, J. Stat. Software 11(4), 2004, formula
 * of the Taylor series; beyond 3 the continued fraction of Laplace (Abramowitz & Stegun 26.2.14).
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN
  if (x < -TAIL) return upperTail(-x)
  if (x > TAIL) return 1 - upperTail(x)
  return 0.5 + density(x) * oddSeries(x)
}

/**
 * The x with Φ(x) = p, for p from 0 to 1 (the ends give infinities, anything else NaN). Relative error below 1e-15.
 * M. J. Wichura, “Algorithm AS 241: The Percentage Points of the Normal Distribution”, Applied Statistics 37(3), 1988.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) return q * ratio(0.180625 - q * q, CENTRE)
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p))
  const size = Number.isFinite(r) ? (r <= 5 ? ratio(r - 1.6, MIDDLE) : ratio(r - 5, FAR)) : Number.POSITIVE_INFINITY
  return q < 0 ? -size : size
}

const TAIL = 3

function density(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)
}

/** x + x³/3 + x⁵/(3·5) + x⁷/(3·5·7) + … */
function oddSeries(x: number): number {
  let term = x
  let sum = x
  for (let odd = 3; Math.abs(term) > Math.abs(sum) * Number.EPSILON; odd += 2) {
    term *= (x * x) / odd
    sum += term
  }
  return sum
}

/** 1 − Φ(x) for x above 3: φ(x) / (x + 1/(x + 2/(x + 3/(x + …)))). */
function upperTail(x: number): number {
  if (x > 40) return 0
  let fraction = x
  for (let k = 200; k >= 1; k--) fraction = x + k / fraction
  return density(x) / fraction
}

/** Coefficients of numerator and denominator, lowest power first. */
type Rational = readonly [readonly number[], readonly number[]]

function ratio(x: number, [numerator, denominator]: Rational): number {
  return polynomial(x, numerator) / polynomial(x, denominator)
}

function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0)
}

const CENTRE: Rational = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
]

const MIDDLE: Rational = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
]

const FAR: Rational = [
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
]
