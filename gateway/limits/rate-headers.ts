import type { QuotaPeriod, Rate } from '../../shared/control/protocol.js'
import { type PeriodBounds, periodAt } from '../../shared/control/quota-period.js'
import type { BucketTake, Taken, Taking } from './counting/taking.js'

/**
 * `RateLimit-Policy` and `RateLimit` as draft-ietf-httpapi-ratelimit-headers-10 has them: each policy with its quota `q`
 * and window `w` in seconds, and what is left as `r`, all of it again after `t` seconds. A token bucket's quota is its size, its
 * window the time in which it fills.
 */
export function rateHeaders(
  { buckets, quota }: Taking,
  { left, quotaLeft }: Taken,
  now: number,
): Record<string, string> {
  let policies = ''
  let states = ''
  for (let index = 0; index < buckets.length; index++) {
    const { rate } = buckets[index]!
    const { name, policy } = describedBucket(buckets[index]!)
    const rest = left[index] ?? 0
    policies += `${index > 0 ? ', ' : ''}${policy}`
    states += `${index > 0 ? ', ' : ''}${name};r=${Math.floor(rest)};t=${Math.ceil((rate.burst - rest) / rate.perSecond)}`
  }
  if (quota && quotaLeft !== undefined) {
    const { start, end } = currentPeriod(quota.quota.period, now)
    const comma = buckets.length > 0 ? ', ' : ''
    policies += `${comma}"quota";q=${quota.quota.predictions};w=${(end - start) / 1000}`
    states += `${comma}"quota";r=${quotaLeft};t=${Math.ceil((end - now) / 1000)}`
  }
  return { 'ratelimit-policy': policies, ratelimit: states }
}

interface Described {
  readonly of: string
  readonly name: string
  readonly policy: string
}

/** What is told of a bucket's policy, remembered by its rate: a rate belongs to one policy as a rule. */
const described = new WeakMap<Rate, Described>()

function describedBucket({ policy: of, rate }: BucketTake): Described {
  const known = described.get(rate)
  if (known?.of === of) return known
  const name = quoted(of)
  const made = { of, name, policy: `${name};q=${rate.burst};w=${Math.ceil(rate.burst / rate.perSecond)}` }
  described.set(rate, made)
  return made
}

const periods = new Map<QuotaPeriod, PeriodBounds>()

function currentPeriod(period: QuotaPeriod, now: number): PeriodBounds {
  const known = periods.get(period)
  if (known && now >= known.start && now < known.end) return known
  const bounds = periodAt(period, now)
  periods.set(period, bounds)
  return bounds
}

/** A string of structured fields (RFC 9651). */
function quoted(name: string): string {
  return `"${name.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`
}
