const FIRST_MS = 250
const LONGEST_MS = 10_000

/** A process that was up this long is taken for healthy: its earlier crashes are forgotten. */
export const STEADY_MS = 60_000

/** How long to wait before the start after the nth crash in a row (n from 1): doubling from 0.25 s to 10 s. */
export function restartDelayMs(crashes: number): number {
  return Math.min(FIRST_MS * 2 ** (crashes - 1), LONGEST_MS)
}
