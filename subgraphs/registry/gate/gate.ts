import { OUTCOME_METRICS } from '../statistics/outcome-metric.js'

/** What is known of a version from its predictions alone. */
export const SERVING_MEASURES = ['ERROR_RATE', 'INVALID_PREDICTION_RATE', 'P99_LATENCY'] as const

/** What a gate can look at. Rates are from 0 to 1, latencies in milliseconds, RMSE in the unit of the output. */
export const GATE_MEASURES = [...SERVING_MEASURES, ...OUTCOME_METRICS] as const

export type GateMeasure = (typeof GATE_MEASURES)[number]

/**
 * What the bound of a condition is held against: the difference to the champion's figure, that difference as a share of
 * the champion's figure, or the canary's figure itself.
 */
export const GATE_SCALES = ['CHAMPION', 'CHAMPION_SHARE', 'ABSOLUTE'] as const

export type GateScale = (typeof GATE_SCALES)[number]

/** What must hold of a canary for it to go on. */
export interface Gate {
  /** All must pass; one that fails, fails the gate. */
  readonly conditions: readonly GateCondition[]
}

export interface GateCondition {
  readonly measure: GateMeasure
  readonly against: GateScale
  /**
   * `ABSOLUTE`: the worst that the canary's figure may be. Otherwise how much worse than the champion it may be, in the
   * measure's unit or as a share: 0.02 lets a conversion rate drop, or an error rate rise, by that much. Below 0 the
   * canary has to be better by so much.
   */
  readonly bound: number
  /** Observations that each side needs before there is a verdict. */
  readonly minimumSample: number
  /** Of the two-sided interval, from 0.5 to 0.9999. */
  readonly confidence: number
  /** A score at or above it says yes, for accuracy, precision and recall; 0.5 when left out. */
  readonly decisionThreshold?: number
}

export function isOutcomeMeasure(measure: GateMeasure): measure is (typeof OUTCOME_METRICS)[number] {
  return (OUTCOME_METRICS as readonly string[]).includes(measure)
}

/** 1 where a higher figure is worse, −1 where a lower one is. */
export function worseningSign(measure: GateMeasure): 1 | -1 {
  return measure === 'RMSE' || !isOutcomeMeasure(measure) ? 1 : -1
}
