export interface CongestionBounds {
  /** The longest wait that is not yet a queue, in milliseconds. */
  readonly maxMs: number
  /** How long everything has to wait for more than that until the queue stands, in milliseconds. */
  readonly lastsMs: number
  /** What a queue that stands is held to, in milliseconds. */
  readonly heldToMs: number
}

/** The queue has gone when nothing has waited for longer than what it is held to for so long, in milliseconds. */
const CALM_MS = 1_000

/**
 * Tells a standing queue from a burst, by how long things wait in it. Short queues absorb bursts and cost nobody
 * anything; one that stands only adds its length to every answer, so it is kept short until it has gone. This is
 * CoDel (RFC 8289) as servers use it: a generous bound as a rule, a strict one from when the queue stands.
 */
export class Congestion {
  /** From when on all has waited for longer than it may. */
  #lateSince: number | undefined
  #heldAt = Number.NEGATIVE_INFINITY
  #stands = false

  constructor(private readonly bounds: CongestionBounds) {}

  get stands(): boolean {
    return this.#stands
  }

  /** Takes how long something waits; `now` in milliseconds from any fixed point. Too few never make a queue that stands. */
  note(waitMs: number, now: number, isMany = true): void {
    const { maxMs, lastsMs, heldToMs } = this.bounds
    if (waitMs < maxMs || !isMany) this.#lateSince = undefined
    else {
      this.#lateSince ??= now
      if (now - this.#lateSince >= lastsMs) this.#stands = true
    }
    if (waitMs >= heldToMs) this.#heldAt = now
    else if (this.#stands && now - this.#heldAt >= CALM_MS) this.#stands = false
  }
}
