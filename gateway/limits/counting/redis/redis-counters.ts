import type { Environment } from '../../../../shared/control/protocol.js'
import { periodAt } from '../../../../shared/control/quota-period.js'
import type { QuotaCounter } from '../quota-counter.js'
import type { QuotaLedger } from '../quota-ledger.js'
import type { Counters, Taken, Taking } from '../taking.js'
import type { ScriptStore } from './redis-store.js'

export interface RedisCountersOptions {
  readonly store: ScriptStore
  readonly environment: Environment
  /** Told to the registry as one instance, whichever gateway tells it. */
  readonly ledger: Pick<QuotaLedger, 'counterOf'>
  /** Counts while Redis does not answer. */
  readonly insurance: Counters
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** How long a request waits for Redis, in milliseconds. */
const PATIENCE_MS = 250

/** After a failure Redis is not asked for this time, in milliseconds. */
const REST_MS = 1_000

/** A quota is kept this long beyond its period, in milliseconds, for clocks that differ. */
const KEPT_MS = 60_000

/** Counts in Redis, so that all gateways share one limit exactly; in this process while Redis does not answer. */
export class RedisCounters implements Counters {
  private askAgainAt = 0
  private shared = true
  private alone = 0

  constructor(private readonly options: RedisCountersOptions) {}

  /** Whether gateways share their limits, as far as the last request has shown. */
  get isShared(): boolean {
    return this.shared
  }

  /** How many requests this gateway has counted by itself so far. */
  get countedAlone(): number {
    return this.alone
  }

  async take(taking: Taking): Promise<Taken> {
    if (this.options.now() < this.askAgainAt) return this.takeAlone(taking)
    const counter = taking.quota && (await this.options.ledger.counterOf(taking.quota.clientId, taking.quota.quota))
    try {
      const taken = await this.takeShared(taking, counter)
      this.shared = true
      return taken
    } catch {
      this.shared = false
      this.askAgainAt = this.options.now() + REST_MS
      return this.takeAlone(taking)
    }
  }

  private takeAlone(taking: Taking): Taken | Promise<Taken> {
    this.alone += 1
    return this.options.insurance.take(taking)
  }

  private async takeShared(taking: Taking, counter: QuotaCounter | undefined): Promise<Taken> {
    const { environment, now } = this.options
    const asked = questionOf(taking, counter, { environment, now: now() })
    const [short, ...rest] = (await this.inTime(asked)).map(Number)
    const left = rest.slice(0, taking.buckets.length)
    const { quota } = taking
    const lacking = short === 0 ? undefined : short! > taking.buckets.length ? 'quota' : short! - 1
    if (!quota || !counter) return { short: lacking, left, quotaLeft: undefined }
    counter.reach(rest.at(-1)!, now())
    return { short: lacking, left, quotaLeft: Math.max(0, quota.quota.predictions - counter.used(now())) }
  }

  private async inTime({ keys, args }: Question): Promise<readonly (string | number)[]> {
    const { store, pause } = this.options
    const answered = new AbortController()
    const late = pause(PATIENCE_MS, answered.signal).then(() => undefined)
    try {
      const answer = await Promise.race([store.run(keys, args), late])
      if (!answer) throw new Error('Redis does not answer in time.')
      return answer
    } finally {
      answered.abort()
    }
  }
}

interface Question {
  readonly keys: readonly string[]
  readonly args: readonly string[]
}

/** All keys share a hash tag, so that a cluster keeps them in one place, as a script needs them. */
function questionOf(
  { buckets, quota }: Taking,
  counter: QuotaCounter | undefined,
  { environment, now }: { readonly environment: string; readonly now: number },
): Question {
  const prefix = `{modelgraph:${environment}}`
  const keys = buckets.map(({ key }) => `${prefix}:bucket:${key}`)
  const args = buckets.flatMap(({ tokens, rate }) => [tokens, rate.burst, rate.perSecond])
  if (quota && counter) {
    const { start, end } = periodAt(quota.quota.period, now)
    const { recorded, others } = counter.known(now)
    keys.push(`${prefix}:quota:${quota.clientId}:${quota.quota.period}:${start}`)
    args.push(quota.predictions, quota.quota.predictions, recorded, others, end - now + KEPT_MS)
  }
  return { keys, args: [buckets.length, ...args].map(String) }
}
