import { Counter, Gauge, type Registry } from 'prom-client'

/** What becomes of rows that were answered. Every row ends as `delivered` or in one of the losses, or still waits. */
export type LogOutcome =
  /** Written to the spool. */
  | 'spooled'
  /** Taken by the registry. */
  | 'delivered'
  /** Not recorded because the model is sampled. */
  | 'sampled_out'
  /** Lost: more waited in memory than may. */
  | 'dropped_memory'
  /** Lost: more waited on disk than may. */
  | 'dropped_spool'
  /** Lost: the disk refused the write. */
  | 'dropped_disk'
  /** Lost: could not be made into a record; a fault of ours. */
  | 'dropped_fault'
  /** Lost: the thread that writes them ended, and had not said that they were written. */
  | 'dropped_thread'
  /** Lost: the registry does not take it, now or ever. */
  | 'refused'

const OUTCOMES: readonly LogOutcome[] = [
  'spooled',
  'delivered',
  'sampled_out',
  'dropped_memory',
  'dropped_spool',
  'dropped_disk',
  'dropped_fault',
  'dropped_thread',
  'refused',
]

export interface PredictionLogStatus {
  /** Rows since the process started, by what became of them. */
  readonly rows: Readonly<Record<LogOutcome, number>>
  /** Rows that wait to be written. */
  readonly waitingRows: number
  /** Bytes on disk that wait to be delivered. */
  readonly spoolBytes: number
}

/** Counts rows, for health and metrics alike. */
export class LogCounts {
  readonly #rows = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<LogOutcome, number>

  add(outcome: LogOutcome, rows: number): void {
    this.#rows[outcome] += rows
  }

  /** Adds what {@link take} took from other counts. */
  addAll(rows: Readonly<Partial<Record<LogOutcome, number>>>): void {
    for (const outcome of OUTCOMES) this.#rows[outcome] += rows[outcome] ?? 0
  }

  get rows(): Readonly<Record<LogOutcome, number>> {
    return { ...this.#rows }
  }

  /** What was counted since it was last taken. */
  take(): Readonly<Record<LogOutcome, number>> {
    const { rows } = this
    for (const outcome of OUTCOMES) this.#rows[outcome] = 0
    return rows
  }
}

/** Shows the log's counts as metrics from now on. */
export function observePredictionLog(status: () => PredictionLogStatus, register: Registry): void {
  new Counter({
    name: 'modelgraph_prediction_log_rows_total',
    help: 'Rows answered, by what became of them in the prediction log.',
    labelNames: ['outcome'],
    registers: [register],
    collect() {
      this.reset()
      for (const [outcome, rows] of Object.entries(status().rows)) this.inc({ outcome }, rows)
    },
  })
  new Gauge({
    name: 'modelgraph_prediction_log_waiting_rows',
    help: 'Rows that wait in memory to be written to the spool.',
    registers: [register],
    collect() {
      this.set(status().waitingRows)
    },
  })
  new Gauge({
    name: 'modelgraph_prediction_log_spool_bytes',
    help: 'Bytes on disk that wait to be delivered to the registry.',
    registers: [register],
    collect() {
      this.set(status().spoolBytes)
    },
  })
}
