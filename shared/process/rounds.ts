export interface RoundsOptions {
  /** Resolves when the next round is due, or the signal aborts. */
  readonly pause: (signal: AbortSignal) => Promise<unknown>
  /** One round; may not reject. The signal aborts when it is no longer wanted. */
  readonly work: (signal: AbortSignal) => Promise<unknown>
}

/** Work that is done again and again beside everything else, a pause before each round, from `start` to `stop`. */
export class Rounds {
  private readonly stopping = new AbortController()
  private running: Promise<void> | undefined

  constructor(private readonly options: RoundsOptions) {}

  /** Aborts when the rounds are stopped. */
  get signal(): AbortSignal {
    return this.stopping.signal
  }

  start(): void {
    this.running = this.run()
  }

  /** Resolves when the round under way has ended. */
  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
  }

  private async run(): Promise<void> {
    const { signal } = this
    const { pause, work } = this.options
    while (!signal.aborted) {
      await pause(signal)
      if (!signal.aborted) await work(signal)
    }
  }
}
