import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { Criticality } from '../../identity/claims.js'

/** What is refused first under overload, and what last. */
export type Rank = 'BATCH' | Criticality

export interface AdmissionOptions {
  /** What is counted, in the plural: `rows`. */
  readonly what: string
  /** How much may be under way. */
  readonly most: number
  /** Milliseconds from any fixed point. */
  readonly monotonic: () => number
  /** Told of everything that is refused. */
  readonly onRefused?: (rank: Rank, amount: number) => void
}

/** How full it may be, as a share of the bound, for a rank still to be admitted. */
const SHARES: Readonly<Record<Rank, number>> = { BATCH: 0.5, INTERNAL: 0.8, MISSION_CRITICAL: 1 }

/** Weight of the newest in the mean time that something stays. */
const NEWEST = 0.05
const RETRY_AFTER = { least: 10, most: 5_000 }

/**
 * Counts what is under way and refuses at once what would be too much of it: batch rows first, then internal clients,
 * mission-critical ones last. What is admitted last may go over the bound, so that no single request is too large for it.
 */
export class Admission {
  #underWay = 0
  #meanMs = 0

  constructor(private readonly options: AdmissionOptions) {}

  get underWay(): number {
    return this.#underWay
  }

  /** Admits, or throws `OVERLOADED` with the time after which there should be room. Answers what to call when it has ended. */
  enter(amount: number, rank: Rank): () => void {
    const { most, monotonic, onRefused } = this.options
    if (this.#underWay >= most * SHARES[rank]) {
      onRefused?.(rank, amount)
      throw this.#overloaded()
    }
    const started = monotonic()
    this.#underWay += amount
    return () => {
      this.#underWay -= amount
      this.#meanMs += NEWEST * (monotonic() - started - this.#meanMs)
    }
  }

  #overloaded(): ModelgraphError {
    const retryAfterMs = Math.min(Math.max(Math.ceil(this.#meanMs), RETRY_AFTER.least), RETRY_AFTER.most)
    const message = `This subgraph has ${this.#underWay} ${this.options.what} under way; come back in ${retryAfterMs} ms.`
    return new ModelgraphError('OVERLOADED', message, { retryAfterMs })
  }
}
