import type { Environment } from '../../../shared/control/protocol.js'
import { type Database, isDuplicate } from '../database/database.js'
import { requireModel } from '../models/models.js'
import type { RolloutRecord } from './rollout-document.js'

export interface HistoryQuery {
  readonly model: string
  readonly environment: Environment
  readonly first: number
  /** The revision after which (downwards) the page begins. */
  readonly after: number | undefined
}

/** Appends a record that is not there yet. */
export async function appendRecord({ rolloutHistory }: Database, record: RolloutRecord): Promise<void> {
  try {
    await rolloutHistory.create(record)
  } catch (error) {
    if (!isDuplicate(error)) throw error
  }
}

/** The changes of a rollout, the latest first, and one more than asked for when there are more. */
export async function findHistory(database: Database, query: HistoryQuery): Promise<RolloutRecord[]> {
  const { model, environment, first, after } = query
  await settleHistory(database, model, environment)
  return database.rolloutHistory
    .find({ model, environment, ...(after === undefined ? {} : { revision: { $lt: after } }) })
    .sort({ revision: -1 })
    .limit(first + 1)
    .lean<RolloutRecord[]>()
    .exec()
}

/** The change by which came to be what was live at this moment; null before the first. */
export async function findLiveAt(
  database: Database,
  model: string,
  environment: Environment,
  at: Date,
): Promise<RolloutRecord | null> {
  await settleHistory(database, model, environment)
  return database.rolloutHistory
    .findOne({ model, environment, at: { $lte: at } })
    .sort({ at: -1, revision: -1 })
    .lean<RolloutRecord>()
    .exec()
}

/** Completes the history where a crash came between a change and its record. */
async function settleHistory(database: Database, name: string, environment: Environment): Promise<void> {
  const model = await requireModel(database, name)
  const last = model.rollouts?.[environment]?.last
  if (last) await appendRecord(database, last)
}
