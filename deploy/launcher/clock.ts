import { setTimeout as sleepFor } from 'node:timers/promises'

/** Time as the launcher needs it; tests pass their own. */
export interface Clock {
  /** Milliseconds of a clock that only goes forward. */
  now(): number
  /** Resolves after `ms` milliseconds, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleepFor(ms, undefined, signal ? { signal } : {}).catch(() => {}),
}
