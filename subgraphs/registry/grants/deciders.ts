import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Identity } from '../../../shared/identity/claims.js'
import { isAdmin } from '../clients/acting.js'
import type { Database } from '../database/database.js'
import type { ModelDocument } from '../models/model-document.js'
import { isPublisher, publishedTeams } from '../teams/ownership.js'

const PREDICT = 'predict:'

/**
 * Whether a caller decides on grants of a scope: publishers of the team that owns the model for `predict:<model>`, admins
 * for every scope, and nobody else. So nobody gives away what is not theirs.
 */
export async function decides(database: Database, identity: Identity, scope: string): Promise<boolean> {
  if (isAdmin(identity)) return true
  if (!scope.startsWith(PREDICT)) return false
  const model = await database.models.findById(scope.slice(PREDICT.length)).lean<ModelDocument>()
  return model !== null && isPublisher(identity, model.team)
}

/** Refuses who does not. */
export async function requireDeciding(database: Database, identity: Identity, scope: string): Promise<void> {
  if (await decides(database, identity, scope)) return
  const who = scope.startsWith(PREDICT) ? 'the team that owns the model, or an admin' : 'an admin'
  throw new ModelgraphError('FORBIDDEN', `Deciding on ${JSON.stringify(scope.slice(0, 80))} is for ${who}.`)
}

/** The scopes that a caller decides on. */
export async function decidedScopes(database: Database, identity: Identity): Promise<readonly string[] | 'all'> {
  if (isAdmin(identity)) return 'all'
  const teams = publishedTeams(identity)
  const owned = await database.models
    .find(teams === 'all' ? {} : { team: { $in: teams } }, { _id: 1 })
    .lean<Pick<ModelDocument, '_id'>[]>()
  return owned.map(({ _id }) => `${PREDICT}${_id}`)
}
