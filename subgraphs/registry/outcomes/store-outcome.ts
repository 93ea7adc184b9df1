import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Identity } from '../../../shared/identity/claims.js'
import { isDuplicate } from '../database/database.js'
import type { RecordedPrediction } from '../predictions/recorded-prediction.js'
import type { Registry } from '../registry.js'
import type { OutcomeDocument, ToldOutcome } from './outcome-document.js'
import type { OutcomeReport } from './outcome-report.js'

/** A prediction that was answered, so that an outcome can be held against it. */
export type AnsweredPrediction = RecordedPrediction & {
  readonly version: number
  readonly outputs: Readonly<Record<string, unknown>>
}

/** Corrections of one outcome, at most: they are kept in its document. */
const MOST_CORRECTIONS = 50
const ATTEMPTS = 10
const KEPT_MS = 400 * 86_400_000
const LONGEST_CATEGORY = 200

export type Stored =
  | { readonly status: 'RECORDED' | 'DUPLICATE' | 'CORRECTED' }
  | { readonly status: 'BAD_USER_INPUT'; readonly message: string }

/**
 * Stores an outcome, or corrects the one that is there and keeps what was told before. Value and label decide whether it
 * says something new. Throws `CONFLICT` when others correct it all the time.
 */
export async function storeOutcome(
  registry: Pick<Registry, 'database' | 'now'>,
  report: OutcomeReport,
  prediction: AnsweredPrediction,
  { client }: Identity,
): Promise<Stored> {
  const now = new Date(registry.now())
  const { value, label } = report
  const told: ToldOutcome = { value, label, time: report.time ?? now, recordedAt: now, by: client }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const known = await registry.database.outcomes.findById(prediction.id).lean<OutcomeDocument>()
    const stored = known ? await correct(registry, known, told) : await create(registry, prediction, told)
    if (stored) return stored
  }
  throw new ModelgraphError('CONFLICT', `The outcome of ${prediction.id} is being corrected by others. Try again.`)
}

/** Undefined when somebody else was first. */
async function create(
  { database }: Pick<Registry, 'database'>,
  { id, model, version, route, time, outputs }: AnsweredPrediction,
  told: ToldOutcome,
): Promise<Stored | undefined> {
  const document: OutcomeDocument = {
    _id: id,
    model,
    version,
    route,
    predictedAt: time,
    outputs: scorable(outputs),
    revision: 1,
    ...told,
    corrected: [],
    expiresAt: new Date(told.recordedAt.getTime() + KEPT_MS),
  }
  try {
    await database.outcomes.create(document)
    return { status: 'RECORDED' }
  } catch (error) {
    if (isDuplicate(error)) return undefined
    throw error
  }
}

/** Undefined when somebody else was first. */
async function correct(
  { database }: Pick<Registry, 'database'>,
  known: OutcomeDocument,
  told: ToldOutcome,
): Promise<Stored | undefined> {
  if (known.value === told.value && known.label === told.label) return { status: 'DUPLICATE' }
  if (known.corrected.length >= MOST_CORRECTIONS) {
    const message = `This outcome has been corrected ${MOST_CORRECTIONS} times; it takes no more corrections.`
    return { status: 'BAD_USER_INPUT', message }
  }
  const { value, label, time, recordedAt, by, revision } = known
  const { matchedCount } = await database.outcomes.updateOne(
    { _id: known._id, revision },
    { $set: { ...told, revision: revision + 1 }, $push: { corrected: { value, label, time, recordedAt, by } } },
  )
  return matchedCount === 1 ? { status: 'CORRECTED' } : undefined
}

function scorable(outputs: Readonly<Record<string, unknown>>): OutcomeDocument['outputs'] {
  const entries = Object.entries(outputs).filter(([, value]) => isScorable(value))
  return Object.fromEntries(entries) as OutcomeDocument['outputs']
}

function isScorable(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= LONGEST_CATEGORY
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
}
