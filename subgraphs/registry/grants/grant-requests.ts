import type { Identity } from '../../../shared/identity/claims.js'
import type { ClientDocument } from '../clients/client-document.js'
import type { Registry } from '../registry.js'
import { decidedScopes } from './deciders.js'
import type { GrantRecord } from './grant-record.js'

export interface WaitingGrant {
  readonly client: ClientDocument
  readonly grant: GrantRecord
}

/** What waits for a caller's decision, the oldest first, `first` at most. */
export async function findGrantRequests(
  registry: Registry,
  identity: Identity,
  first: number,
): Promise<WaitingGrant[]> {
  const { database, environment } = registry
  const scopes = await decidedScopes(database, identity)
  if (scopes !== 'all' && scopes.length === 0) return []
  const waiting = { state: 'REQUESTED', ...(scopes === 'all' ? {} : { scope: { $in: [...scopes] } }) }
  const clients = await database.clients.find({ environment, grants: { $elemMatch: waiting } }).lean<ClientDocument[]>()
  const decided = scopes === 'all' ? undefined : new Set(scopes)
  return clients
    .flatMap((client) => client.grants.map((grant) => ({ client, grant })))
    .filter(({ grant }) => grant.state === 'REQUESTED' && (decided?.has(grant.scope) ?? true))
    .sort((a, b) => a.grant.asked.at.getTime() - b.grant.asked.at.getTime())
    .slice(0, first)
}
