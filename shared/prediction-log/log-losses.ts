import type { Log } from '../telemetry/log.js'
import type { LogCounts, LogOutcome } from './log-counts.js'

/** Counts rows that are lost, and says the first loss of each kind. */
export class LogLosses {
  readonly #said = new Set<LogOutcome>()

  constructor(
    private readonly counts: LogCounts,
    private readonly log: Log,
  ) {}

  add(outcome: LogOutcome, rows: number, error?: unknown): void {
    this.counts.add(outcome, rows)
    if (this.#said.has(outcome) || rows === 0) return
    this.#said.add(outcome)
    this.log.error({ outcome, err: error }, 'predictions are not recorded; the metrics count how many')
  }
}
