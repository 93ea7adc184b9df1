import type { Estimate } from './estimate.js'
import { estimateMean, momentsOf } from './mean.js'
import { confusionOf, type Observation } from './observation.js'
import { estimateProportion } from './proportion.js'
import { estimateRocAuc } from './roc-auc.js'

/** What can be said of a version once outcomes have come. All but `RMSE` are better when higher. */
export const OUTCOME_METRICS = ['ACCURACY', 'PRECISION', 'RECALL', 'ROC_AUC', 'RMSE', 'CONVERSION_RATE'] as const

export type OutcomeMetric = (typeof OUTCOME_METRICS)[number]

export interface MetricOptions {
  readonly confidence: number
  /** A score at or above it says yes; accuracy, precision and recall use it. */
  readonly threshold: number
}

/**
 * A metric of observations with its interval; undefined where there is nothing to divide by, or too little to tell how
 * it varies. `sample` counts what the metric rests on: for precision what was predicted positive, for recall what is.
 */
export function estimateOutcomeMetric(
  metric: OutcomeMetric,
  observations: readonly Observation[],
  options: MetricOptions,
): Estimate | undefined {
  if (metric === 'RMSE') return estimateRmse(observations, options.confidence)
  if (metric === 'ROC_AUC') return estimateRocAuc(observations, options.confidence)
  return estimateProportion(shareOf(metric, observations, options.threshold), options.confidence)
}

/**
 * The root of the mean squared error, with the root of the Student-t interval of that mean (no lower than 0); undefined
 * below two observations.
 */
export function estimateRmse(observations: readonly Observation[], confidence: number): Estimate | undefined {
  const mse = estimateMean(momentsOf(observations.map(({ score, truth }) => (score - truth) ** 2)), confidence)
  if (!mse) return undefined
  const { lower, upper } = mse.interval
  return {
    value: Math.sqrt(mse.value),
    interval: { lower: Math.sqrt(Math.max(0, lower)), upper: Math.sqrt(upper) },
    sample: mse.sample,
  }
}

function shareOf(
  metric: Exclude<OutcomeMetric, 'RMSE' | 'ROC_AUC'>,
  observations: readonly Observation[],
  threshold: number,
) {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = confusionOf(observations, threshold)
  const total = observations.length
  switch (metric) {
    case 'ACCURACY':
      return { count: truePositives + trueNegatives, total }
    case 'PRECISION':
      return { count: truePositives, total: truePositives + falsePositives }
    case 'RECALL':
      return { count: truePositives, total: truePositives + falseNegatives }
    case 'CONVERSION_RATE':
      return { count: truePositives + falseNegatives, total }
  }
}
