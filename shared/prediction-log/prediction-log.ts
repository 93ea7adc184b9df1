import type { Answered } from './answered.js'
import { LogCounts, type PredictionLogStatus } from './log-counts.js'

/** Where predictions are recorded. */
export interface PredictionLog {
  /** Takes note of answered rows. Never waits, never throws. */
  record(answered: Answered): void
  status(): PredictionLogStatus
  /** Writes what waits, delivers what it can within two seconds; the rest stays on disk. */
  close(): Promise<void>
}

/** Where nothing is recorded. */
export const NO_PREDICTION_LOG: PredictionLog = {
  record: () => {},
  status: () => ({ rows: new LogCounts().rows, waitingRows: 0, spoolBytes: 0 }),
  close: async () => {},
}
