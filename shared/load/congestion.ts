export interface CongestionBounds {
  /** The longest wait that is not yet a queue, in milliseconds. */
  readonly maxMs: number
  /** How long everything has to wait for more than that until the queue stands, in milliseconds. */
  readonly lastsMs: number
  /** What a queue that stands is held to, in milliseconds. */
  readonly heldToMs: number
}

/**
 * The queue has gone when nothing has waited for longer than it is held to for so long, in milliseconds, or less than this
 * share of what came in as long a time: where processes share cores, now and then something waits without a queue.
 */
const CALM = { ms: 1_000, share: 0.1 }

/**
 * Tells a standing queue from a burst, by how long things wait in it. Short queues absorb bursts and cost nobody
 * anything; one that stands only adds its length to every answer, so it is kept short until it has gone. This is
 * CoDel (RFC 8289) as servers use it: a generous bound as a rule, a strict one from when the queue stands.
 */
export class Congestion {
  /** From when on all has waited for longer than it may. */
  #lateSince: number | undefined
  #stands = false
  #lastLate = 0
  /** Since when it is counted how much has waited for longer than it is held to, once it stands. */
  #countedSince = 0
  #counted = 0
  #late = 0

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
      if (now - this.#lateSince >= lastsMs && !this.#stands) this.#stand(now)
    }
    if (this.#stands) this.#count(waitMs >= heldToMs, now)
  }

  #stand(now: number): void {
    this.#stands = true
    this.#countFrom(now)
  }

  #count(isLate: boolean, now: number): void {
    this.#counted += 1
    if (isLate) {
      this.#late += 1
      this.#lastLate = now
    }
    if (now - this.#lastLate >= CALM.ms) this.#stands = false
    if (now - this.#countedSince < CALM.ms) return
    if (this.#late < CALM.share * this.#counted) this.#stands = false
    this.#countFrom(now)
  }

  #countFrom(now: number): void {
    this.#countedSince = now
    this.#counted = this.#late = 0
  }
}
