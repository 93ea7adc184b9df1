import type { Rate } from '../../shared/control/protocol.js'
import type { RateLimits } from '../config.js'
import type { ClientTerms } from '../identity/caller.js'
import type { Demand } from './cost/demand.js'
import type { BucketTake, Taking } from './counting/taking.js'

/** What a request of a client takes; undefined when nothing limits it. */
export function takingOf(terms: ClientTerms, demand: Demand, defaults: RateLimits): Taking | undefined {
  const rate = terms.limits.rate ?? defaults.client
  const quota = demand.rows > 0 ? terms.limits.quota : null
  if (!rate && !quota && demand.models.size === 0) return undefined
  const buckets: BucketTake[] = []
  if (rate) buckets.push(clientBucket(terms.clientId, rate))
  for (const [model, tokens] of demand.models) addModelBuckets(buckets, { terms, defaults, model, tokens })
  if (buckets.length === 0 && !quota) return undefined
  return { buckets, quota: quota ? { clientId: terms.clientId, quota, predictions: demand.rows } : undefined }
}

function clientBucket(clientId: string, rate: Rate): BucketTake {
  return { key: `client ${clientId}`, policy: 'client', unit: 'operations', rate, tokens: 1 }
}

interface ModelDemand {
  readonly terms: ClientTerms
  readonly defaults: RateLimits
  readonly model: string
  readonly tokens: number
}

function addModelBuckets(buckets: BucketTake[], { terms, defaults, model, tokens }: ModelDemand): void {
  if (tokens <= 0) return
  const own = rateIn(terms.limits.models, model)
  const ofAll = rateIn(defaults.models, model)
  const bucket = { policy: model, unit: 'predictions', tokens } as const
  if (own) buckets.push({ ...bucket, key: `client ${terms.clientId} model ${model}`, rate: own })
  if (ofAll) buckets.push({ ...bucket, key: `model ${model}`, policy: `${model} of all clients`, rate: ofAll })
}

function rateIn(rates: Readonly<Record<string, Rate>>, model: string): Rate | undefined {
  return Object.hasOwn(rates, model) ? rates[model] : undefined
}
