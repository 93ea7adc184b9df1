import type { QuotaPeriod } from '../../shared/control/protocol.js'
import { periodAt } from '../../shared/control/quota-period.js'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { BucketTake, QuotaTake, Taken, Taking } from './counting/taking.js'
import { waitFor } from './counting/token-bucket.js'

/** What a request is refused with that had not enough. */
export function shortage({ buckets, quota }: Taking, { short, left, quotaLeft }: Taken, now: number): ModelgraphError {
  if (short === 'quota') return quotaExceeded(quota!, quotaLeft ?? 0, now)
  return rateLimited(buckets[short!]!, left[short!]!)
}

function rateLimited({ policy, unit, rate, tokens }: BucketTake, left: number): ModelgraphError {
  const retryAfterMs = waitFor(tokens, left, rate)
  const { perSecond, burst } = rate
  const limit = `${perSecond} ${unit} per second and ${burst} at once`
  const details = { policy, perSecond, burst }
  if (retryAfterMs !== undefined) {
    return new ModelgraphError('RATE_LIMITED', `The rate of ${policy} is ${limit}.`, { ...details, retryAfterMs })
  }
  const message = `The rate of ${policy} is ${limit}; ${tokens} never fit, ask for fewer in one request.`
  return new ModelgraphError('RATE_LIMITED', message, details)
}

const PERIODS: Readonly<Record<QuotaPeriod, string>> = { HOUR: 'hour', DAY: 'day', MONTH: 'month' }

function quotaExceeded({ quota, predictions }: QuotaTake, left: number, now: number): ModelgraphError {
  const { end } = periodAt(quota.period, now)
  const message = `The quota is ${quota.predictions} predictions per ${PERIODS[quota.period]}; ${left} are left, ${predictions} were asked for.`
  const details = { limit: quota.predictions, left, period: quota.period, resetsAt: new Date(end).toISOString() }
  return new ModelgraphError('QUOTA_EXCEEDED', message, { ...details, retryAfterMs: end - now })
}
