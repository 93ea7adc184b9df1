import { periodAt } from '../../shared/control/quota-period.js'
import type { Taken, Taking } from './counting/taking.js'

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
  const policies: string[] = []
  const states: string[] = []
  for (const [index, { policy, rate }] of buckets.entries()) {
    const rest = left[index] ?? 0
    policies.push(`${quoted(policy)};q=${rate.burst};w=${Math.ceil(rate.burst / rate.perSecond)}`)
    states.push(`${quoted(policy)};r=${Math.floor(rest)};t=${Math.ceil((rate.burst - rest) / rate.perSecond)}`)
  }
  if (quota && quotaLeft !== undefined) {
    const { start, end } = periodAt(quota.quota.period, now)
    policies.push(`"quota";q=${quota.quota.predictions};w=${(end - start) / 1000}`)
    states.push(`"quota";r=${quotaLeft};t=${Math.ceil((end - now) / 1000)}`)
  }
  return { 'ratelimit-policy': policies.join(', '), ratelimit: states.join(', ') }
}

/** A string of structured fields (RFC 9651). */
function quoted(name: string): string {
  return `"${name.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`
}
