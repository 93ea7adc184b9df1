/** When a version is given up, and for how long. */
export interface BreakerOptions {
  /** Rows in a row that must fail. */
  readonly failures: number
  /** How long it is then given none, in milliseconds; after that it is tried again, once per such time. */
  readonly openMs: number
  /** Milliseconds from any fixed point, never going back. */
  readonly monotonic: () => number
}

/**
 * Circuit breakers of versions: one that fails row after row is given no more of them for a while, so that it costs
 * nothing. Then the rows of one call are let through as a trial; one that succeeds closes the breaker.
 */
export class Breakers {
  readonly #options: BreakerOptions
  /** Only versions whose last row failed have one. */
  readonly #failing = new Map<string, { failures: number; retryAt: number }>()

  constructor(options: BreakerOptions) {
    this.#options = options
  }

  /** Whether the version may be given rows. */
  allows(id: string): boolean {
    if (this.#failing.size === 0) return true
    const failing = this.#failing.get(id)
    return !failing || failing.failures < this.#options.failures || this.#options.monotonic() >= failing.retryAt
  }

  /** Tells that the version is given rows. For one given up these are the trial: the next is a while away. */
  attempted(id: string): void {
    const failing = this.#failing.get(id)
    if (failing) failing.retryAt = this.#nextTrial()
  }

  /** Tells what became of rows, in their order: true where the row failed. */
  ended(id: string, failed: readonly boolean[]): void {
    const after = failed.length - 1 - failed.lastIndexOf(false)
    if (after < failed.length) this.#failing.delete(id)
    if (after === 0) return
    const failures = (this.#failing.get(id)?.failures ?? 0) + after
    this.#failing.set(id, { failures, retryAt: this.#nextTrial() })
  }

  #nextTrial(): number {
    return this.#options.monotonic() + this.#options.openMs
  }
}
