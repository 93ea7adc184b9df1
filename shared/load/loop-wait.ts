/** What is known of the event loop; tests pass their own. */
export interface LoopTime {
  /** Milliseconds from any fixed point, never going back. */
  monotonic(): number
  /** How long the loop has had nothing to do so far, in milliseconds. */
  idleMs(): number
  /** Runs something once when the present turn has read all it has to read; does not keep the loop turning. */
  endOfTurn(run: () => void): void
}

/** The event loop of this thread. */
export const systemLoop: LoopTime = {
  monotonic: () => performance.now(),
  idleMs: () => performance.nodeTiming.idleTime,
  endOfTurn: (run) => void setImmediate(run).unref(),
}

/** The loop had something to read at once if it slept for less than this, in milliseconds. */
const AWAKE_MS = 0.05

/**
 * How long what is read in this turn of the event loop may have waited in its socket. No clock of ours sees a request
 * arrive; but what had been there when the loop last looked would have been read then, and what comes to a loop that
 * sleeps is read at once. So a wait is at most the time since the last look, or since the loop woke. The loop is followed
 * from turn to turn while requests come; the first one after a pause is taken to have come to a loop that slept.
 */
export class LoopWait {
  /** Requests seen in this turn. */
  arrivals = 0
  #arrivalsBefore = 0
  #endedAt: number
  #idleMs: number
  /** When the loop last looked, in the turn before. */
  #lookedAt: number
  /** From when on what is read in this turn may have waited. */
  #since: number | undefined
  #following = false

  constructor(private readonly loop: LoopTime) {
    this.#endedAt = this.#lookedAt = loop.monotonic()
    this.#idleMs = loop.idleMs()
  }

  /** Requests seen in this turn or, where they were more, in the one before. */
  get together(): number {
    return Math.max(this.arrivals, this.#arrivalsBefore)
  }

  /** Counts a request as it is first seen, and answers how long it has waited at most, in milliseconds. */
  arrive(): number {
    if (!this.#following) this.#begin()
    this.arrivals += 1
    return this.ms
  }

  /** The same for whatever is done now. */
  get ms(): number {
    this.#since ??= this.#sinceWhen()
    return this.loop.monotonic() - this.#since
  }

  #sinceWhen(): number {
    const sleptMs = this.loop.idleMs() - this.#idleMs
    return sleptMs > AWAKE_MS ? this.#endedAt + sleptMs : this.#lookedAt
  }

  #begin(): void {
    const { loop } = this
    this.#following = true
    this.#endedAt = this.#lookedAt = this.#since = loop.monotonic()
    this.#idleMs = loop.idleMs()
    this.#follow()
  }

  #follow(): void {
    this.loop.endOfTurn(() => {
      const slept = this.#turn()
      if (slept && this.#arrivalsBefore === 0) this.#following = false
      else this.#follow()
    })
  }

  /** Answers whether the loop slept before this turn. */
  #turn(): boolean {
    const { loop } = this
    const idleMs = loop.idleMs()
    const sleptMs = idleMs - this.#idleMs
    this.#lookedAt = this.#endedAt + sleptMs
    this.#idleMs = idleMs
    this.#endedAt = loop.monotonic()
    this.#since = undefined
    this.#arrivalsBefore = this.arrivals
    this.arrivals = 0
    return sleptMs > AWAKE_MS
  }
}
