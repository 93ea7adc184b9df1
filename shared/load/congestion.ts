/** So many that come together are a queue where each costs little. */
const MANY = 128

/** How long a queue has to last until it stands: of many, and of few that each take long, in milliseconds. */
const LASTS_MS = { many: 25, few: 1_000 }

/** The wait that few have to last for to be a queue, of that of many. */
const DEAR = 10

/** The queue has gone when nothing has waited for longer than what it is held to for so long, in milliseconds. */
const CALM_MS = 1_000

/** Share of the longest wait that a standing queue is held to. */
const HELD = 0.2

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

  /** @param maxMs the longest wait of many that is not yet a queue */
  constructor(readonly maxMs: number) {}

  get stands(): boolean {
    return this.#stands
  }

  /** The wait that a standing queue is held to, in milliseconds. */
  get heldToMs(): number {
    return HELD * this.maxMs
  }

  /** The wait that few have to last for to be a queue, in milliseconds. */
  get maxOfFewMs(): number {
    return DEAR * this.maxMs
  }

  /** Takes how long something has waited, and how many came together; `now` in milliseconds from any fixed point. */
  note(waitMs: number, together: number, now: number): void {
    this.#look(waitMs, together >= MANY, now)
    if (waitMs >= this.heldToMs) this.#heldAt = now
    else if (this.#stands && now - this.#heldAt >= CALM_MS) this.#stands = false
  }

  #look(waitMs: number, many: boolean, now: number): void {
    if (waitMs < (many ? this.maxMs : this.maxOfFewMs)) {
      this.#lateSince = undefined
      return
    }
    this.#lateSince ??= now
    if (now - this.#lateSince >= (many ? LASTS_MS.many : LASTS_MS.few)) this.#stands = true
  }
}
