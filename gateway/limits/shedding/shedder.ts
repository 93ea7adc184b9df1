import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { CRITICALITIES, type Criticality } from '../../../shared/identity/claims.js'
import { Congestion } from '../../../shared/load/congestion.js'
import type { LoopWait } from '../../../shared/load/loop-wait.js'
import type { LoadLimits } from '../../config.js'
import { DurationBuckets } from '../../telemetry/duration-buckets.js'

export interface ShedderOptions extends LoadLimits {
  readonly wait: Pick<LoopWait, 'arrive' | 'ms' | 'arrivals' | 'together'>
  /** Milliseconds from any fixed point, never going back. */
  readonly monotonic: () => number
  /** Uniform in [0, 1). */
  readonly random: () => number
}

/** What is shed, the first one first. */
export type Kind = 'BATCH' | Criticality

export const KINDS: readonly Kind[] = ['BATCH', ...CRITICALITIES]

/** Share of the operations under way from which a kind is refused. */
const FULL: Readonly<Record<Kind, number>> = { BATCH: 0.5, INTERNAL: 0.75, MISSION_CRITICAL: 1 }

/** So many that come in one turn are a queue where each costs little. */
const MANY = 48

/** How long a queue has to last until it stands: of many, and of few that each take long, in milliseconds. */
const LASTS_MS = { many: 25, few: 1_000 }

/** The wait that makes few a queue, of that which makes many one. */
const DEAR = 20

/** Share of the longest wait that a queue is held to. */
const HELD = 0.2

/**
 * What mission-critical requests may wait while a queue stands, of the longest wait: they are answered late rather than not
 * at all. They overtake the others, so that only too many of their own make them wait for long.
 */
const CRITICAL = 20

/**
 * How many requests begin in one turn of the event loop: of those it reads, and of those that wait at its end (two full
 * letters to a subgraph). While a queue stands these are fewer, so that turns are short and refusals are quick.
 */
const BEGIN = { atOnce: 16, atEnd: { INTERNAL: 32, MISSION_CRITICAL: 32 } }
const BEGIN_WHILE_IT_STANDS = { atOnce: 4, atEnd: { INTERNAL: 8, MISSION_CRITICAL: 16 } }

/** When refused clients are told to come back, in milliseconds; spread, so that they do not come back together. */
const RETRY_MS = { least: 500, spread: 1_000 }

/** What the shedder did so far, and how it is now. */
export interface ShedderCounters {
  readonly underWay: number
  /** Operations under way at most. */
  readonly limit: number
  /** Whether a queue stands before the event loop. */
  readonly congested: boolean
  readonly admitted: Readonly<Record<Kind, number>>
  readonly refused: Readonly<Record<Kind, number>>
}

/**
 * Refuses requests at once when the gateway has more to do than it can: batch predictions first, then those of
 * `INTERNAL` clients, those of `MISSION_CRITICAL` ones last. It goes by the number under way, and by how long requests wait
 * for the event loop: from when a queue stands, by what each one has waited.
 */
export class Shedder {
  /** How long requests have waited when they were first seen. */
  readonly waits = new DurationBuckets()
  private underWay = 0
  private readonly ofMany: Congestion
  private readonly ofFew: Congestion
  private readonly admitted: Record<Kind, number> = { BATCH: 0, INTERNAL: 0, MISSION_CRITICAL: 0 }
  private readonly refused: Record<Kind, number> = { BATCH: 0, INTERNAL: 0, MISSION_CRITICAL: 0 }
  private readonly longestMs: Readonly<Record<Kind, number>>

  constructor(private readonly options: ShedderOptions) {
    const { maxDelayMs: maxMs } = options
    const heldToMs = HELD * maxMs
    this.ofMany = new Congestion({ maxMs, lastsMs: LASTS_MS.many, heldToMs })
    this.ofFew = new Congestion({ maxMs: DEAR * maxMs, lastsMs: LASTS_MS.few, heldToMs })
    this.longestMs = { BATCH: heldToMs / 2, INTERNAL: heldToMs, MISSION_CRITICAL: CRITICAL * maxMs }
  }

  /** Told of every request as it is first seen; answers how long it has waited at most, in milliseconds. */
  arrive(): number {
    const waitMs = this.options.wait.arrive()
    this.waits.observe(waitMs)
    return waitMs
  }

  /** Told how long requests wait: of each as it is first seen, or, where some are `queued`, of the first in the queue. */
  noteWait(waitMs: number, queued = 0): void {
    const { wait, monotonic } = this.options
    const now = monotonic()
    const isMany = Math.max(queued, wait.together) >= MANY
    this.ofMany.note(isMany || queued > 0 ? waitMs : 0, now, isMany)
    this.ofFew.note(waitMs, now)
  }

  /** Whether more have been seen in this turn of the event loop than should begin as they are read. */
  get crowded(): boolean {
    return this.options.wait.arrivals > this.begin.atOnce
  }

  /** Whether one that waits should begin at the end of a turn in which so many have begun there. */
  begins(kind: Criticality, begun: number): boolean {
    return begun < this.begin.atEnd[kind]
  }

  /** Whether one of some kind would be refused now. */
  get sheds(): boolean {
    return this.stands || this.isFull('INTERNAL')
  }

  /** Does the work of a request; throws `OVERLOADED` before it has begun. */
  async run<T>(kind: Criticality, work: () => Promise<T>): Promise<T> {
    if (this.refuses(kind)) throw this.refusal()
    this.admitted[kind] += 1
    this.underWay += 1
    try {
      return await work()
    } finally {
      this.underWay -= 1
    }
  }

  /** Why a request that was taken in and turns out to be a batch may not run after all. */
  refuseBatch(): ModelgraphError | undefined {
    if (this.refuses('BATCH')) return this.refusal()
    this.admitted.BATCH += 1
    return undefined
  }

  /** Whether a request that is seen in this turn of the event loop is refused; if so, it is counted. */
  refuses(kind: Kind): boolean {
    return this.counted(kind, this.isFull(kind) || this.hasWaited(kind))
  }

  /** The same for one that has waited so long in a queue, in milliseconds. */
  refusesQueued(kind: Kind, waitedMs: number): boolean {
    return this.counted(kind, this.isFull(kind) || (this.stands && waitedMs >= this.longestMs[kind]))
  }

  refusal(): ModelgraphError {
    const retryAfterMs = Math.round(RETRY_MS.least + this.options.random() * RETRY_MS.spread)
    return new ModelgraphError('OVERLOADED', 'The gateway has too much to do.', { retryAfterMs })
  }

  counters(): ShedderCounters {
    const { underWay, stands: congested, admitted, refused } = this
    const limit = this.options.maxRequests
    return { underWay, limit, congested, admitted: { ...admitted }, refused: { ...refused } }
  }

  private counted(kind: Kind, isRefused: boolean): boolean {
    if (isRefused) this.refused[kind] += 1
    return isRefused
  }

  private isFull(kind: Kind): boolean {
    return this.underWay >= FULL[kind] * this.options.maxRequests
  }

  private get begin(): typeof BEGIN {
    return this.ofMany.stands ? BEGIN_WHILE_IT_STANDS : BEGIN
  }

  private get stands(): boolean {
    return this.ofMany.stands || this.ofFew.stands
  }

  private hasWaited(kind: Kind): boolean {
    if (!this.stands) return false
    const waitedMs = this.options.wait.ms
    return waitedMs >= this.longestMs[kind] && (this.crowded || waitedMs >= DEAR * this.options.maxDelayMs)
  }
}
