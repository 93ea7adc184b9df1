/** What a gate can look at. Rates are from 0 to 1, latencies in milliseconds. */
export const GATE_MEASURES = [
  'ERROR_RATE',
  'INVALID_PREDICTION_RATE',
  'P99_LATENCY',
  'ACCURACY',
  'ROC_AUC',
  'PRECISION',
  'RECALL',
  'RMSE',
  'CONVERSION_RATE',
] as const
export type GateMeasure = (typeof GATE_MEASURES)[number]

/** What must hold for a canary to go on. */
export interface GateDeclaration {
  /** All of them must pass; one that fails, fails the gate. */
  readonly conditions: readonly GateCondition[]
  /** How often the gate is evaluated, in milliseconds. */
  readonly intervalMs: number
  /** After so many failures in a row the rollout is rolled back. */
  readonly threshold: number
}

export interface GateCondition {
  readonly measure: GateMeasure
  /** The bound is a difference to the champion's figure, or stands for itself. */
  readonly against: 'CHAMPION' | 'ABSOLUTE'
  /** How much worse than the champion the canary may be, or the worst that its figure may be; in the measure's unit. */
  readonly bound: number
  /** Predictions (for outcome measures: outcomes) that each side needs before there is a verdict. */
  readonly minimumSample: number
  /** Of the interval, above 0.5 and below 1. */
  readonly confidence: number
}
