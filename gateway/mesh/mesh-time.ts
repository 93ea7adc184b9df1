/** Time as the mesh sees it; tests pass their own. */
export interface MeshTime {
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds from any fixed point, never going back. */
  monotonic(): number
  /** Runs something once after so many milliseconds; answers how to call it off. */
  after(ms: number, run: () => void): () => void
  /** Runs something when the present event-loop turn has read all it has to read. */
  endOfTurn(run: () => void): void
}

/** The system's time, with a clock for the time of day passed in. */
export function systemTime(now: () => number): MeshTime {
  return {
    now,
    monotonic: () => performance.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    endOfTurn: (run) => void setImmediate(run),
  }
}
