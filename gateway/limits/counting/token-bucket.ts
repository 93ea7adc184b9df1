import type { Rate } from '../../../shared/control/protocol.js'

/** Sums of fractions are off by less than this, in tokens. */
const ROUNDING = 1e-9

/**
 * A token bucket as one number: when it is full again, in milliseconds. It lets at most `burst + perSecond · t` tokens
 * through in any t seconds. A rate may change between calls; a clock that is put back makes it stricter, never laxer.
 */
export class TokenBucket {
  private fullAt = 0

  /** Tokens there at a time in milliseconds, fractions of them too. */
  left({ perSecond, burst }: Rate, now: number): number {
    const missing = (Math.max(0, this.fullAt - now) * perSecond) / 1000
    return Math.max(0, burst - missing)
  }

  has(tokens: number, rate: Rate, now: number): boolean {
    return this.left(rate, now) + ROUNDING >= tokens
  }

  /** Takes tokens that are there. */
  take(tokens: number, rate: Rate, now: number): void {
    const missing = rate.burst - this.left(rate, now) + tokens
    this.fullAt = now + (missing * 1000) / rate.perSecond
  }
}

/** Milliseconds until a bucket with so many tokens has enough; undefined for more than it ever holds. */
export function waitFor(tokens: number, left: number, { perSecond, burst }: Rate): number | undefined {
  if (tokens > burst) return undefined
  return Math.max(1, Math.ceil(((tokens - left) * 1000) / perSecond))
}
