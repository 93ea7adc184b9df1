import { incompleteBeta } from './incomplete-beta.js'

/**
 * The probability of a Student-t value at most t, for `degrees` > 0, whole or not. Absolute error below 1e-12.
 * Abramowitz & Stegun 26.7.1.
 */
export function studentTCdf(t: number, degrees: number): number {
  if (t > 0) return 1 - studentTCdf(-t, degrees)
  if (t === Number.NEGATIVE_INFINITY) return 0
  const square = t * t
  const whole = degrees + square
  return incompleteBeta(degrees / 2, 0.5, degrees / whole, square / whole) / 2
}

/**
 * The t that a Student-t value does not exceed with probability p, for p from 0 to 1. Relative error below 1e-10: found
 * by bisection, which cannot miss, on a function that only grows.
 */
export function studentTQuantile(p: number, degrees: number): number {
  if (!(p >= 0 && p <= 1 && degrees > 0)) return Number.NaN
  if (p > 0.5) return -studentTQuantile(1 - p, degrees)
  if (p === 0.5) return 0
  if (p === 0) return Number.NEGATIVE_INFINITY
  let low = -1
  while (studentTCdf(low, degrees) > p) low *= 2
  return bisect((t) => studentTCdf(t, degrees) > p, low, low === -1 ? 0 : low / 2)
}

/** The border between where `isAbove` is false (low) and true (high), to the last digit. */
function bisect(isAbove: (x: number) => boolean, low: number, high: number): number {
  for (;;) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return middle
    if (isAbove(middle)) high = middle
    else low = middle
  }
}
