import type { Database } from '../database/database.js'
import { requireModel } from '../models/models.js'
import { readObservations } from '../outcomes/read-outcomes.js'
import { hasScoredOutput, needsLabel } from '../outcomes/scored-output.js'
import type { GateFigures, GateQuestion } from '../rollouts/gate-figures.js'
import type { Observation } from '../statistics/observation.js'
import { OUTCOME_METRICS, type OutcomeMetric } from '../statistics/outcome-metric.js'
import type { VersionFigures } from './figures.js'
import { isOutcomeMeasure } from './gate.js'

/** Adds what outcomes tell to figures that know the predictions alone. */
export function withOutcomes(serving: GateFigures, database: Database): GateFigures {
  return {
    measuresOf: async (model) =>
      new Set([...(await serving.measuresOf(model)), ...(await outcomeMetricsOf(database, model))]),
    async figuresOf(question) {
      const { champion, canary } = await serving.figuresOf(question)
      const observed = (version: number, route: string) => observationsOf(database, question, { version, route })
      return {
        champion: { ...champion, observations: await observed(question.champion, 'CHAMPION') },
        canary: { ...canary, observations: await observed(question.canary, 'CANARY') },
      }
    },
  }
}

/** None before a first outcome, or a first with a label where one is needed: the gate would never be decided. */
async function outcomeMetricsOf(database: Database, name: string): Promise<readonly OutcomeMetric[]> {
  if (!(await database.outcomes.exists({ model: name }))) return []
  const model = await requireModel(database, name)
  const fitting = OUTCOME_METRICS.filter((metric) => hasScoredOutput(model, metric))
  const isToldAll = !fitting.some((metric) => needsLabel(model, metric)) || (await hasLabel(database, name))
  return isToldAll ? fitting : fitting.filter((metric) => !needsLabel(model, metric))
}

async function hasLabel({ outcomes }: Database, model: string): Promise<boolean> {
  return (await outcomes.exists({ model, label: { $gt: '' } })) !== null
}

/** Of the rows that the rollout gave to a version; who pins a version has chosen it, and compares nothing. */
async function observationsOf(
  database: Database,
  { model, since: from, until: to, conditions }: GateQuestion,
  { version, route }: { readonly version: number; readonly route: string },
): Promise<VersionFigures['observations']> {
  const metrics = [...new Set(conditions.map(({ measure }) => measure).filter(isOutcomeMeasure))]
  if (metrics.length === 0) return {}
  const document = await requireModel(database, model)
  const observations: Partial<Record<OutcomeMetric, readonly Observation[]>> = {}
  for (const metric of metrics.filter((each) => hasScoredOutput(document, each))) {
    const window = { version, route, from, to }
    observations[metric] = await readObservations(database, document, { metric, output: null }, window)
  }
  return observations
}
