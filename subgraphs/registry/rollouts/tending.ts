import type { RolloutRegistry } from './change-rollout.js'
import { tendRollouts } from './tend-rollout.js'

export interface TendingOptions {
  /** Waits; ends early, by rejecting, when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>
  readonly everyMs: number
  readonly signal: AbortSignal
}

/** Tends the rollouts again and again until the signal aborts. A database that is away is no reason to end. */
export async function keepTending(registry: RolloutRegistry, options: TendingOptions): Promise<void> {
  const { pause, everyMs, signal } = options
  while (!signal.aborted) {
    await pause(everyMs, signal).catch(() => {})
    if (signal.aborted) return
    await tendRollouts(registry).catch((error) =>
      registry.log.warn({ err: error }, 'the rollouts cannot be tended now'),
    )
  }
}
