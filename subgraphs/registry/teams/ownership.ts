import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Identity } from '../../../shared/identity/claims.js'

const ADMIN = 'admin'

/** Whether the caller holds a scope; `admin` implies them all. */
export function holds(identity: Identity, scope: string): boolean {
  return identity.scopes.includes(scope) || identity.scopes.includes(ADMIN)
}

/** Whether the caller may act for this team. */
export function isPublisher(identity: Identity, team: string): boolean {
  return holds(identity, `publish:${team}`) || holds(identity, 'publish:*')
}

/** The teams that the caller may act for. */
export function publishedTeams(identity: Identity): readonly string[] | 'all' {
  if (holds(identity, 'publish:*')) return 'all'
  return identity.scopes.filter((scope) => scope.startsWith('publish:')).map((scope) => scope.slice(8))
}

/** Refuses a caller who may not act for this team. */
export function requirePublisher(identity: Identity, team: string): void {
  if (isPublisher(identity, team)) return
  throw forbidden(`This belongs to the team ${team}; acting for it needs the scope publish:${team}.`)
}

/** Refuses a caller who may not act for any team. */
export function requireSomePublisher(identity: Identity): void {
  if (holds(identity, ADMIN) || identity.scopes.some((scope) => scope.startsWith('publish:'))) return
  throw forbidden('Uploading an artifact needs a scope publish:<team>.')
}

export function requireAdmin(identity: Identity): void {
  if (!holds(identity, ADMIN)) throw forbidden('This needs the scope admin.')
}

function forbidden(message: string): ModelgraphError {
  return new ModelgraphError('FORBIDDEN', message)
}
