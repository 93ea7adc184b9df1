import { ModelgraphError } from '../../errors/modelgraph-error.js'

/** Lets a bounded number of tasks run at once and a bounded number wait, first come first served. */
export class Gate {
  readonly #waiting: (() => void)[] = []
  readonly #maxWaiting: number
  #free: number

  constructor(maxRunning: number, maxWaiting: number) {
    this.#free = maxRunning
    this.#maxWaiting = maxWaiting
  }

  /** Runs a task when its turn comes; rejects with `OVERLOADED` if too many wait already. */
  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    await this.#enter()
    try {
      return await task()
    } finally {
      this.#leave()
    }
  }

  async #enter(): Promise<void> {
    if (this.#free > 0) {
      this.#free--
      return
    }
    if (this.#waiting.length >= this.#maxWaiting) {
      const message = `${this.#waiting.length} images already wait to be decoded; send fewer at once.`
      throw new ModelgraphError('OVERLOADED', message, { retryAfterMs: 1_000 })
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** The place is handed to whoever waits longest. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#free++
  }
}
