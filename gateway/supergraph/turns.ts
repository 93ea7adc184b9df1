import { setImmediate as nextTurn } from 'node:timers/promises'

/** Work goes on for so long before requests under way have a turn, in milliseconds. */
const LONGEST_MS = 3

/** Long work in pieces: between them it lets the event loop turn, as often as is needed and no oftener. */
export class Turns {
  private since: number

  /** `now` in milliseconds, monotonic. */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.since = now()
  }

  /** To be awaited after every piece of work; it waits only when the work has gone on for long enough. */
  async take(): Promise<void> {
    if (this.now() - this.since < LONGEST_MS) return
    await nextTurn()
    this.since = this.now()
  }
}
