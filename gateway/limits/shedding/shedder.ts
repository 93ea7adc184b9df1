import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Criticality } from '../../../shared/identity/claims.js'
import type { LoadLimits } from '../../config.js'
import type { LoopDelay } from './loop-delay.js'

export interface ShedderOptions extends LoadLimits {
  readonly delay: Pick<LoopDelay, 'lastingMs'>
  /** Uniform in [0, 1). */
  readonly random: () => number
}

/** What is shed, the first one first. */
type Kind = 'BATCH' | Criticality

/** The load from which a kind is refused, 1 being all that the gateway takes. */
const REFUSED_FROM: Readonly<Record<Kind, number>> = { BATCH: 0.5, INTERNAL: 0.75, MISSION_CRITICAL: 1 }

/** When refused clients are told to come back, in milliseconds; spread, so that they do not come back together. */
const RETRY_MS = { least: 500, spread: 1_000 }

/**
 * Refuses requests at once when the gateway has more to do than it can: batch predictions first, then those of
 * `INTERNAL` clients, those of `MISSION_CRITICAL` ones last and only for the number under way.
 */
export class Shedder {
  private underWay = 0
  private readonly refused: Record<Kind, number> = { BATCH: 0, INTERNAL: 0, MISSION_CRITICAL: 0 }

  constructor(private readonly options: ShedderOptions) {}

  /** Does the work of a request; throws `OVERLOADED` before it has begun. */
  async run<T>(criticality: Criticality | undefined, work: () => Promise<T>): Promise<T> {
    const refusal = this.refusal(criticality ?? 'INTERNAL')
    if (refusal) throw refusal
    this.underWay += 1
    try {
      return await work()
    } finally {
      this.underWay -= 1
    }
  }

  /** Why a request that was taken in and turns out to be a batch may not run after all. */
  refuseBatch(): ModelgraphError | undefined {
    return this.refusal('BATCH')
  }

  /** Requests under way, how long the event loop lets them wait, and how many of each kind were refused so far. */
  counters(): {
    readonly underWay: number
    readonly delayMs: number
    readonly refused: Readonly<Record<Kind, number>>
  } {
    return { underWay: this.underWay, delayMs: this.options.delay.lastingMs, refused: { ...this.refused } }
  }

  private refusal(kind: Kind): ModelgraphError | undefined {
    const { maxRequests, maxDelayMs, delay, random } = this.options
    const byNumber = this.underWay / maxRequests
    const load = kind === 'MISSION_CRITICAL' ? byNumber : Math.max(byNumber, delay.lastingMs / maxDelayMs)
    if (load < REFUSED_FROM[kind]) return undefined
    this.refused[kind] += 1
    const retryAfterMs = Math.round(RETRY_MS.least + random() * RETRY_MS.spread)
    return new ModelgraphError('OVERLOADED', 'The gateway has too much to do.', { retryAfterMs })
  }
}
