import type { Contract } from '../../../shared/contract/declaration.js'
import type { Database } from '../database/database.js'
import type { ModelDocument } from '../models/model-document.js'
import type { Observation } from '../statistics/observation.js'
import type { OutcomeMetric } from '../statistics/outcome-metric.js'
import type { OutcomeDocument } from './outcome-document.js'
import { observationOf, scoredOutput } from './scored-output.js'

/** Which outcomes are read: of one version, by when the prediction was made. */
export interface OutcomeWindow {
  readonly version: number
  /** Milliseconds since the epoch; the end is not part of it. */
  readonly from: number
  readonly to: number
  /** Only of predictions with this route; any but `SHADOW`, when left out. */
  readonly route?: string
}

export interface ScoredMetric {
  readonly metric: OutcomeMetric
  /** The output held against the outcome; the one that suits the metric, when null. */
  readonly output: string | null
}

/** Outcomes of one version and window, at most: the newest are read. */
export const MOST_OBSERVATIONS = 100_000

/** What the outcomes of a window say of an output. Throws `BAD_USER_INPUT` when the model has none that fits. */
export async function readObservations(
  database: Database,
  model: Pick<ModelDocument, '_id' | 'contract'>,
  { metric, output }: ScoredMetric,
  window: OutcomeWindow,
): Promise<Observation[]> {
  const scored = scoredOutput(JSON.parse(model.contract) as Contract, metric, output)
  const observations: Observation[] = []
  for await (const outcome of outcomesIn(database, model._id, window)) {
    const observation = observationOf(outcome, metric, scored)
    if (observation) observations.push(observation)
  }
  return observations
}

function outcomesIn({ outcomes }: Database, model: string, window: OutcomeWindow): AsyncIterable<OutcomeDocument> {
  const { version, from, to, route } = window
  return outcomes
    .find({
      model,
      version,
      predictedAt: { $gte: new Date(from), $lt: new Date(to) },
      route: route ?? { $ne: 'SHADOW' },
    })
    .sort({ predictedAt: -1 })
    .limit(MOST_OBSERVATIONS)
    .lean<OutcomeDocument[]>()
    .cursor({ batchSize: 1_000 }) as AsyncIterable<OutcomeDocument>
}
