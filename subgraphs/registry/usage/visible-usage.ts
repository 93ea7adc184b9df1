import type { Identity } from '../../../shared/identity/claims.js'
import { isAdmin } from '../clients/acting.js'
import { clientIdIn, findClients } from '../clients/find-clients.js'
import type { Registry } from '../registry.js'
import { publishedTeams } from '../teams/ownership.js'

/** Whose usage a caller may see. */
export interface VisibleUsage {
  /** Ids of the clients whose requests it may see; `all` for an admin. */
  readonly clients: readonly string[] | 'all'
  /** Names of the models whose predictions it may see, whoever asked for them. */
  readonly models: readonly string[] | 'all'
}

const MOST_CLIENTS = 1_000

/** A client sees its own usage; who acts for clients sees theirs, a team that of its models, an admin everything. */
export async function visibleUsage(registry: Registry, identity: Identity): Promise<VisibleUsage> {
  if (isAdmin(identity)) return { clients: 'all', models: 'all' }
  const acted = await findClients(registry, { identity, first: MOST_CLIENTS, after: undefined })
  const itself = clientIdIn(identity.subject)
  return {
    clients: [...new Set([...(itself === undefined ? [] : [itself]), ...acted.map(({ _id }) => _id)])],
    models: await modelsOf(registry, publishedTeams(identity)),
  }
}

async function modelsOf({ database }: Registry, teams: readonly string[] | 'all'): Promise<readonly string[] | 'all'> {
  if (teams === 'all') return 'all'
  if (teams.length === 0) return []
  const models = await database.models.find({ team: { $in: [...teams] } }, { _id: 1 }).lean<{ _id: string }[]>()
  return models.map(({ _id }) => _id)
}
