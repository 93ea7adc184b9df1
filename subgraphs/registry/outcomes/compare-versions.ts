import type { Database } from '../database/database.js'
import type { ModelDocument } from '../models/model-document.js'
import { differenceOf } from '../statistics/comparison.js'
import type { Comparison, Estimate } from '../statistics/estimate.js'
import { estimateOutcomeMetric } from '../statistics/outcome-metric.js'
import { type OutcomeWindow, readObservations, type ScoredMetric } from './read-outcomes.js'

export interface Reading extends ScoredMetric {
  readonly confidence: number
  /** A score at or above it says yes. */
  readonly threshold: number
  /** Milliseconds since the epoch. */
  readonly from: number
  readonly to: number
}

/** A metric of one version; undefined where its outcomes say too little. */
export async function readMetric(
  database: Database,
  model: ModelDocument,
  version: number,
  reading: Reading,
): Promise<Estimate | undefined> {
  const window: OutcomeWindow = { version, from: reading.from, to: reading.to }
  return estimateOutcomeMetric(reading.metric, await readObservations(database, model, reading, window), reading)
}

export const COMPARISON_VERDICTS = ['A_IS_BETTER', 'B_IS_BETTER', 'INCONCLUSIVE'] as const

export type ComparisonVerdict = (typeof COMPARISON_VERDICTS)[number]

/** Two versions side by side. */
export interface VersionComparison {
  readonly a: Estimate | undefined
  readonly b: Estimate | undefined
  /** a − b. */
  readonly difference: Comparison | undefined
  /** A version is better when the whole interval of the difference says so. */
  readonly verdict: ComparisonVerdict
}

export async function compareVersions(
  database: Database,
  model: ModelDocument,
  versions: { readonly a: number; readonly b: number },
  reading: Reading,
): Promise<VersionComparison> {
  const a = await readMetric(database, model, versions.a, reading)
  const b = await readMetric(database, model, versions.b, reading)
  const difference = a && b && differenceOf(a, b)
  return { a, b, difference, verdict: verdictOf(reading, difference) }
}

function verdictOf({ metric }: Reading, difference: Comparison | undefined): ComparisonVerdict {
  if (!difference) return 'INCONCLUSIVE'
  const { lower, upper } = difference.interval
  const [isAbove, isBelow] = [lower > 0, upper < 0]
  if (!isAbove && !isBelow) return 'INCONCLUSIVE'
  return isAbove === (metric !== 'RMSE') ? 'A_IS_BETTER' : 'B_IS_BETTER'
}
