import type { Cost } from './cost.js'
import type { Executor } from './executor.js'
import type { InputPool } from './input-pool.js'
import type { ResolvedSettings } from './options.js'
import { batchLimit } from './placement.js'

/** A version in memory: what a batcher needs to run it. */
export interface Serving {
  readonly executor: Executor
  readonly cost: Cost
  readonly inputs: InputPool
  /** Rows every run must have, where the artifact fixes them. */
  readonly fixedRows: number | undefined
  /** Runs under way on this executor. */
  running: number
  /** Called when the last run under way has ended. */
  onIdle?: () => void
}

/** Rows of the next run, at most. */
export function runLimit(serving: Serving, settings: ResolvedSettings): number {
  return serving.fixedRows ?? batchLimit(settings, serving.executor.placement, serving.cost)
}

/** When `rows` rows that wait should have run, at the measured cost, in whole milliseconds of at least 1. */
export function expectedWaitMs(serving: Serving, settings: ResolvedSettings, rows: number): number {
  const limit = runLimit(serving, settings)
  const micros = Math.ceil(rows / limit) * serving.cost.runMicros(limit)
  return Math.max(1, Math.ceil(micros / 1000 / serving.executor.sessions))
}
