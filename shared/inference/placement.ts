import type { Cost } from './cost.js'
import type { ResolvedSettings } from './options.js'

/** Rows of the run by whose cost a version is placed: what a busy server gathers in one turn. */
export const TYPICAL_ROWS = 32
/** Below, the hop to a worker thread costs more than it saves; above, a run is felt by every other request. */
const INLINE_BELOW_MICROS = 500
const WORKER_ABOVE_MICROS = 1000

/** A run on the calling thread blocks everything else there, so it is kept shorter than one on a worker thread. */
const MAX_INLINE_MICROS = 1000

/**
 * Where a version's runs should execute. Between the two bounds it stays where it is, so that it doesn't wander; a new
 * version counts as inline.
 */
export function choosePlacement(
  settings: ResolvedSettings,
  typicalRunMicros: number,
  current: 'inline' | 'worker' = 'inline',
): 'inline' | 'worker' {
  if (settings.placement !== 'auto') return settings.placement
  if (typicalRunMicros < INLINE_BELOW_MICROS) return 'inline'
  if (typicalRunMicros > WORKER_ABOVE_MICROS) return 'worker'
  return current
}

/** Expected time of a run of {@link TYPICAL_ROWS} rows, or of as many as a run of this version can have. */
export function typicalRunMicros(settings: ResolvedSettings, cost: Cost, fixedRows: number | undefined): number {
  return cost.runMicros(fixedRows ?? Math.min(TYPICAL_ROWS, settings.maxBatchRows))
}

/** Rows of the next run, at most: by number, and by the time the run is expected to take. */
export function batchLimit(settings: ResolvedSettings, placement: 'inline' | 'worker', cost: Cost): number {
  const wanted = settings.maxBatchMs * 1000
  const micros = placement === 'inline' && settings.placement === 'auto' ? Math.min(wanted, MAX_INLINE_MICROS) : wanted
  return Math.min(settings.maxBatchRows, cost.rowsWithin(micros))
}
