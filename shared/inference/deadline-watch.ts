import type { Clock } from './options.js'

/** One timer for the earliest of many deadlines. */
export class DeadlineWatch {
  readonly #clock: Clock
  readonly #onDue: (now: number) => void
  #deadline = Number.POSITIVE_INFINITY
  #disarm: (() => void) | undefined

  constructor(clock: Clock, onDue: (now: number) => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  get armed(): boolean {
    return this.#disarm !== undefined
  }

  /** Wakes at the deadline at the latest, in milliseconds since the epoch. */
  until(deadline: number): void {
    if (deadline >= this.#deadline) return
    this.stop()
    this.#deadline = deadline
    // Timers count in whole milliseconds of at most 31 bits; waking early is harmless, the watch is set again.
    const wait = Math.min(Math.max(1, Math.ceil(deadline - this.#clock.now())), 2 ** 31 - 1)
    this.#disarm = this.#clock.after(wait, () => {
      this.stop()
      this.#onDue(this.#clock.now())
    })
  }

  stop(): void {
    this.#disarm?.()
    this.#disarm = undefined
    this.#deadline = Number.POSITIVE_INFINITY
  }
}
