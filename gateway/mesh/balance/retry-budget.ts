/** How many requests may be sent a second time. */
export interface RetryBudgetOptions {
  /** Retries for every hundred requests. */
  readonly percent: number
  /** Retries that are always allowed, per second. */
  readonly minPerSecond: number
  /** Milliseconds from any fixed point, never going back. */
  readonly monotonic: () => number
}

/** Seconds of unused allowance, and hundreds of requests, that are saved at most. */
const SAVED_SECONDS = 10
const SAVED_HUNDREDS = 5

/** Keeps retries in proportion to requests, so that an outage is not multiplied. */
export class RetryBudget {
  private tokens: number
  private filledAt: number

  constructor(private readonly options: RetryBudgetOptions) {
    this.tokens = options.minPerSecond
    this.filledAt = options.monotonic()
  }

  /** Tells of a request that was sent for the first time. */
  deposit(): void {
    this.fill(this.options.percent / 100)
  }

  /** Takes one retry out; false when there is none left. */
  withdraw(): boolean {
    const { minPerSecond, monotonic } = this.options
    const now = monotonic()
    this.fill(((now - this.filledAt) / 1_000) * minPerSecond)
    this.filledAt = now
    if (this.tokens < 1) return false
    this.tokens -= 1
    return true
  }

  private fill(tokens: number): void {
    const { percent, minPerSecond } = this.options
    this.tokens = Math.min(this.tokens + tokens, SAVED_SECONDS * minPerSecond + SAVED_HUNDREDS * percent)
  }
}
