import { setTimeout as pause } from 'node:timers/promises'

/**
 * Waits for a condition of real processes: asks again every 50 ms and rejects after `limitMs`. Not a sleep: it goes on
 * as soon as the condition holds. An `attempt` that throws counts as not yet.
 */
export async function until(attempt: () => Promise<boolean>, limitMs = 20_000): Promise<void> {
  const deadline = performance.now() + limitMs
  let last: unknown
  while (performance.now() < deadline) {
    try {
      if (await attempt()) return
    } catch (error) {
      last = error
    }
    await pause(50)
  }
  throw new Error(`The condition did not hold within ${limitMs} ms.`, { cause: last })
}
