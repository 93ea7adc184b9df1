import type { LatencyCounts } from '../../../shared/telemetry/latency-counts.js'
import type { Estimate } from '../statistics/estimate.js'
import { estimateLatencyQuantile } from '../statistics/latency.js'
import type { Observation } from '../statistics/observation.js'
import { estimateOutcomeMetric, type OutcomeMetric } from '../statistics/outcome-metric.js'
import { estimateProportion } from '../statistics/proportion.js'
import { type GateCondition, isOutcomeMeasure } from './gate.js'

/** What happened to one version in the window a gate looks at. Both sides of a comparison cover the same window. */
export interface VersionFigures {
  /** Rows the version was to answer, failed ones included. */
  readonly rows: number
  /** Of these, the ones that failed by the version's fault, whoever answered instead. */
  readonly errors: number
  /** Of these, the ones whose output the contract does not allow. */
  readonly invalid: number
  readonly latencies: LatencyCounts
  /** Predictions whose outcome is known, by the metric they are for: metrics may look at different outputs. */
  readonly observations: Readonly<Partial<Record<OutcomeMetric, readonly Observation[]>>>
}

export const NO_FIGURES: VersionFigures = { rows: 0, errors: 0, invalid: 0, latencies: {}, observations: {} }

/** A version's figure for a condition with its interval; undefined where there is too little to say one. */
export function estimateFigure(
  { measure, confidence, decisionThreshold = 0.5 }: GateCondition,
  { rows, errors, invalid, latencies, observations }: VersionFigures,
): Estimate | undefined {
  if (isOutcomeMeasure(measure)) {
    return estimateOutcomeMetric(measure, observations[measure] ?? [], { confidence, threshold: decisionThreshold })
  }
  if (measure === 'P99_LATENCY') return estimateLatencyQuantile(latencies, 0.99, confidence)
  return estimateProportion({ count: measure === 'ERROR_RATE' ? errors : invalid, total: rows }, confidence)
}
