// Every number of 16 digits and more comes by here: see number-lists.ts.
const POINT = 0x2e
const ZERO = 0x30

/** Digits of a number that is exact as a double, and those that may follow. */
const HIGH_DIGITS = 15
const LOW_DIGITS = 7

/** Powers of ten that a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/** Cuts a double into halves whose products are exact (Veltkamp, Dekker 1971). */
const SPLITTER = 2 ** 27 + 1

/** More than the relative error of the correction below, which is some 2 ** -51. */
const DOUBT = 2 ** -48

/**
 * The double nearest to the digits between `start` and `end`, of which as many as `decimals` follow the point: a division in
 * twice the precision. NaN where there are too many digits, or where two doubles are so nearly as near that it cannot tell
 * (Ziv 1991).
 */
export function nearestDouble(bytes: Buffer, start: number, end: number, decimals: number): number {
  let high = 0
  let low = 0
  let lowDigits = 0
  for (let at = start, digits = 0; at < end; at++) {
    if (bytes[at] === POINT) continue
    const digit = bytes[at]! - ZERO
    if (digits < HIGH_DIGITS) high = 10 * high + digit
    else low = 10 * low + digit
    if (digits >= HIGH_DIGITS) lowDigits += 1
    if (high > 0) digits += 1
  }
  if (lowDigits > LOW_DIGITS || decimals >= POWERS.length) return Number.NaN
  return quotient(high, low, POWERS[lowDigits]!, POWERS[decimals]!)
}

/** (`high` × `shift` + `low`) / `divisor`. */
function quotient(high: number, low: number, shift: number, divisor: number): number {
  const product = high * shift
  const rest = errorOfProduct(product, high, shift) + low
  const dividend = product + rest
  const lost = rest - (dividend - product)
  const near = dividend / divisor
  const back = near * divisor
  const correction = (dividend - back - errorOfProduct(back, near, divisor) + lost) / divisor
  const nearest = near + correction * (1 + DOUBT)
  return nearest === near + correction * (1 - DOUBT) ? nearest : Number.NaN
}

/** What a product of two doubles has lost to rounding, exactly (Dekker 1971). */
function errorOfProduct(product: number, a: number, b: number): number {
  const highA = highHalf(a)
  const highB = highHalf(b)
  const lowA = a - highA
  const lowB = b - highB
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB
}

function highHalf(value: number): number {
  const scaled = SPLITTER * value
  return scaled - (scaled - value)
}
