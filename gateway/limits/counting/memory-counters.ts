import { LruMap } from '../../../shared/cache/lru-map.js'
import type { QuotaCounter } from './quota-counter.js'
import type { QuotaLedger } from './quota-ledger.js'
import type { Counters, Taken, Taking } from './taking.js'
import { TokenBucket } from './token-bucket.js'

/** Buckets kept; the one unused longest is forgotten, which is as good as full by then. */
const BUCKETS = 100_000

/** Counts in this process. */
export class MemoryCounters implements Counters {
  private readonly buckets = new LruMap<string, TokenBucket>(BUCKETS)

  constructor(
    private readonly ledger: Pick<QuotaLedger, 'counterOf'>,
    /** Milliseconds since the epoch. */
    private readonly now: () => number,
  ) {}

  take(taking: Taking): Taken | Promise<Taken> {
    if (!taking.quota) return this.takeNow(taking, undefined)
    const counter = this.ledger.counterOf(taking.quota.clientId, taking.quota.quota)
    return 'then' in counter ? counter.then((known) => this.takeNow(taking, known)) : this.takeNow(taking, counter)
  }

  private takeNow({ buckets, quota }: Taking, counter: QuotaCounter | undefined): Taken {
    const now = this.now()
    const found = buckets.map(({ key }) => this.bucketOf(key))
    const lacking = buckets.findIndex(({ rate, tokens }, index) => !found[index]!.has(tokens, rate, now))
    const quotaLeft = quota && counter ? quota.quota.predictions - counter.used(now) : undefined
    const overQuota = quota !== undefined && quotaLeft !== undefined && quota.predictions > quotaLeft
    const short = lacking >= 0 ? lacking : overQuota ? 'quota' : undefined
    if (short === undefined) {
      for (const [index, { rate, tokens }] of buckets.entries()) found[index]!.take(tokens, rate, now)
      if (quota) counter?.count(quota.predictions, now)
    }
    const left = buckets.map(({ rate }, index) => found[index]!.left(rate, now))
    const taken = short === undefined ? (quota?.predictions ?? 0) : 0
    return { short, left, quotaLeft: quotaLeft === undefined ? undefined : Math.max(0, quotaLeft - taken) }
  }

  private bucketOf(key: string): TokenBucket {
    const known = this.buckets.get(key)
    if (known) return known
    const bucket = new TokenBucket()
    this.buckets.set(key, bucket)
    return bucket
  }
}
