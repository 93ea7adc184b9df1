import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Identity } from '../../../shared/identity/claims.js'
import { holds, isPublisher } from '../teams/ownership.js'
import type { ClientDocument } from './client-document.js'

/**
 * Whether a caller acts for a client: its developers, publishers of the team that owns it, admins. The application itself is
 * none of them, so that who finds one of its keys cannot make others.
 */
export function actsFor(
  identity: Identity,
  { developers, team }: Pick<ClientDocument, 'developers' | 'team'>,
): boolean {
  return isAdmin(identity) || developers.includes(identity.subject) || (team !== null && isPublisher(identity, team))
}

/** Refuses who does not act for it. Only admins are told whether there is such a client at all. */
export function requireActing(identity: Identity, client: ClientDocument | null, name: string): ClientDocument {
  if (client && actsFor(identity, client)) return client
  if (isAdmin(identity)) throw clientNotFound(name)
  throw new ModelgraphError('FORBIDDEN', `There is no client ${JSON.stringify(name.slice(0, 80))} that you act for.`)
}

export function isAdmin(identity: Identity): boolean {
  return holds(identity, 'admin')
}

export function clientNotFound(name: string): ModelgraphError {
  return new ModelgraphError('NOT_FOUND', `There is no client ${JSON.stringify(name.slice(0, 80))}.`, {
    client: name.slice(0, 80),
  })
}
