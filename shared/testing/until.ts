import { setTimeout as pause } from 'node:timers/promises'

export interface Patience {
  readonly limitMs?: number
  readonly everyMs?: number
}

/**
 * Waits for a condition of what runs beside a test: asks again every 20 ms, or `everyMs`, and rejects after `limitMs`.
 * Not a sleep: it goes on as soon as the condition holds, and leaves the processor to what it waits for. Only `false`
 * means not yet: what `attempt` throws is thrown.
 */
export async function until(
  attempt: () => Promise<boolean>,
  { limitMs = 60_000, everyMs = 20 }: Patience = {},
): Promise<void> {
  const deadline = performance.now() + limitMs
  while (!(await attempt())) {
    if (performance.now() > deadline) throw new Error(`The condition did not hold within ${limitMs} ms: ${attempt}`)
    await pause(everyMs)
  }
}
