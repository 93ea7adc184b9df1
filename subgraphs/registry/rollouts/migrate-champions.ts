import type { Database } from '../database/database.js'
import { CHAMPION, ENVIRONMENTS } from '../models/environments.js'
import type { AliasChange, ModelDocument } from '../models/model-document.js'
import { appendRecord } from './history.js'
import { firstRollout } from './machine/rollout.js'
import { recorded, type StoredRollout } from './rollout-document.js'

/**
 * Turns champions that are aliases, as they were before there were rollouts, into rollouts of every environment, since such an
 * alias held in all of them. Every move of the alias becomes a record. Safe to repeat after a crash.
 */
export async function migrateChampions(database: Database): Promise<void> {
  const old = await database.models.find({ [`aliases.${CHAMPION}`]: { $exists: true } }).lean<ModelDocument[]>()
  for (const model of old) await migrate(database, model)
}

async function migrate(database: Database, model: ModelDocument): Promise<void> {
  const moves = model.aliasHistory.filter(({ alias }) => alias === CHAMPION)
  const missing = ENVIRONMENTS.filter((environment) => !model.rollouts?.[environment])
  const rollouts = missing.map((environment) => ({ environment, records: rolloutsOf(model._id, environment, moves) }))
  for (const { records } of rollouts) {
    for (const { last } of records) await appendRecord(database, last)
  }
  const set = rollouts.map(({ environment, records }) => [`rollouts.${environment}`, records.at(-1)])
  await database.models.updateOne(
    { _id: model._id, [`aliases.${CHAMPION}`]: model.aliases[CHAMPION] },
    { $set: Object.fromEntries(set), $unset: { [`aliases.${CHAMPION}`]: '' } },
  )
}

/** The rollout after each move. */
function rolloutsOf(
  model: string,
  environment: StoredRollout['last']['environment'],
  moves: readonly AliasChange[],
): StoredRollout[] {
  const rollouts: StoredRollout[] = []
  for (const [place, { to, at, by, reason }] of moves.entries()) {
    const before = rollouts.at(-1)
    const rollout = { ...firstRollout(to), revision: place + 1, previous: before?.champion ?? null }
    const details = { model, environment, by, reason, action: 'setChampion' as const, now: at.getTime() }
    rollouts.push(recorded(rollout, before, details))
  }
  return rollouts
}
