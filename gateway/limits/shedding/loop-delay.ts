export interface LoopDelayOptions {
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Milliseconds since any moment. */
  readonly now: () => number
}

/** How often the delay is looked at, in milliseconds. */
const EVERY_MS = 25

/** A single slow turn, such as a garbage collection, says nothing: the least of so many counts. */
const SAMPLES = 4

/** How late the event loop runs what is due. */
export class LoopDelay {
  private readonly samples = new Float64Array(SAMPLES)
  private next = 0
  private readonly stopping = new AbortController()
  private running: Promise<void> | undefined

  constructor(private readonly options: LoopDelayOptions) {}

  /** The delay that has lasted for the last few turns, in milliseconds. */
  get lastingMs(): number {
    let least = Number.POSITIVE_INFINITY
    for (const sample of this.samples) least = Math.min(least, sample)
    return least
  }

  start(): void {
    this.running = this.run(this.stopping.signal)
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { pause, now } = this.options
    while (!signal.aborted) {
      const before = now()
      await pause(EVERY_MS, signal)
      this.samples[this.next++ % SAMPLES] = Math.max(0, now() - before - EVERY_MS)
    }
  }
}
