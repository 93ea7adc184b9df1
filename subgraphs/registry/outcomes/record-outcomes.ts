import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Identity } from '../../../shared/identity/claims.js'
import { findModelsByName } from '../models/models.js'
import type { RecordedPrediction } from '../predictions/recorded-prediction.js'
import { findPredictions } from '../predictions/recorded-predictions.js'
import type { Registry } from '../registry.js'
import { holds } from '../teams/ownership.js'
import { misfitOf, type OutcomeReport, type OutcomeResult } from './outcome-report.js'
import { storeOutcome } from './store-outcome.js'

/** Reports of one call, at most. */
export const MOST_REPORTS = 1_000

type OutcomeRegistry = Pick<Registry, 'database' | 'now'>

/**
 * Takes what became of predictions, each report for itself: one that is refused keeps no other from being recorded. May
 * be repeated: the same again is a `DUPLICATE`. Who asked for a prediction may tell its outcome, and so may its model's
 * team. Throws `BAD_USER_INPUT` for more reports than one call takes.
 */
export async function recordOutcomes(
  registry: OutcomeRegistry,
  identity: Identity,
  reports: readonly OutcomeReport[],
): Promise<OutcomeResult[]> {
  requireFew(reports)
  const misfits = reports.map((report) => misfitOf(report, registry.now()))
  const ids = reports.filter((_, row) => misfits[row] === undefined).map(({ predictionId }) => predictionId)
  const predictions = await findPredictions(registry.database, ids)
  const teams = await teamsOf(registry, predictions)
  const results: OutcomeResult[] = []
  for (const [row, report] of reports.entries()) {
    const refused = misfits[row] === undefined ? undefined : bad(misfits[row])
    const result = refused ?? (await recordOutcome(registry, { identity, teams }, report, predictions))
    results.push({ predictionId: report.predictionId, message: null, ...result })
  }
  return results
}

function requireFew(reports: readonly unknown[]): void {
  if (reports.length >= 1 && reports.length <= MOST_REPORTS) return
  const details = { path: 'outcomes', expected: `1 to ${MOST_REPORTS} outcomes`, received: String(reports.length) }
  const message = `outcomes holds ${details.received}; expected ${details.expected} a call.`
  throw new ModelgraphError('BAD_USER_INPUT', message, details)
}

interface Teller {
  readonly identity: Identity
  /** Team of each model. */
  readonly teams: ReadonlyMap<string, string>
}

async function teamsOf(
  { database }: OutcomeRegistry,
  predictions: ReadonlyMap<string, RecordedPrediction>,
): Promise<ReadonlyMap<string, string>> {
  const models = [...new Set([...predictions.values()].map(({ model }) => model))]
  if (models.length === 0) return new Map()
  return new Map((await findModelsByName(database, models)).map(({ _id, team }) => [_id, team]))
}

type Answer = Omit<OutcomeResult, 'predictionId' | 'message'> & { readonly message?: string }

function recordOutcome(
  registry: OutcomeRegistry,
  teller: Teller,
  report: OutcomeReport,
  predictions: ReadonlyMap<string, RecordedPrediction>,
): Promise<Answer> | Answer {
  const prediction = predictions.get(report.predictionId)
  if (!prediction) return { status: 'UNKNOWN_PREDICTION', message: UNKNOWN }
  if (!mayTell(teller, prediction)) {
    const needed = `the client that asked for it with predict:${prediction.model}, or the model's team`
    return { status: 'FORBIDDEN', message: `This prediction is another client's; its outcome is told by ${needed}.` }
  }
  if (prediction.outputs === null || prediction.version === null) {
    return bad(`The prediction failed with ${prediction.error}; there is nothing an outcome could be held against.`)
  }
  return storeOutcome(
    registry,
    report,
    { ...prediction, version: prediction.version, outputs: prediction.outputs },
    teller.identity,
  )
}

const UNKNOWN =
  'No such prediction is recorded: none had this id, it was left out of the sample, or it has expired. One of the last seconds may still be on its way; tell it again.'

function mayTell({ identity, teams }: Teller, { model, client }: RecordedPrediction): boolean {
  const team = teams.get(model)
  if (holds(identity, 'publish:*') || (team !== undefined && holds(identity, `publish:${team}`))) return true
  return client === identity.client && (holds(identity, `predict:${model}`) || holds(identity, 'predict:*'))
}

function bad(message: string): { readonly status: 'BAD_USER_INPUT'; readonly message: string } {
  return { status: 'BAD_USER_INPUT', message }
}
