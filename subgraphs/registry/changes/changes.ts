/**
 * Counts the changes in this process and wakes those who wait for one. What other replicas change is found by looking
 * again.
 */
export class Changes {
  readonly #waiting = new Set<() => void>()
  #count = 0

  /** How many changes there were. */
  get count(): number {
    return this.#count
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Something that a long poll may be waiting for has changed. */
  notify(): void {
    this.#count += 1
    for (const wake of this.#waiting) wake()
  }

  /** Resolves when there were more than `count` changes, after `ms` milliseconds, or when the signal aborts. */
  after(count: number, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        this.#waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake)
      if (signal.aborted || this.#count > count) wake()
    })
  }
}
