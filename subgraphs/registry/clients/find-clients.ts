import type { Identity } from '../../../shared/identity/claims.js'
import type { Database } from '../database/database.js'
import type { Registry } from '../registry.js'
import { publishedTeams } from '../teams/ownership.js'
import { isAdmin } from './acting.js'
import type { ClientDocument } from './client-document.js'

/** A client of the registry's environment by its name. */
export function findClient({ database, environment }: Registry, name: string): Promise<ClientDocument | null> {
  return database.clients.findOne({ environment, name }).lean<ClientDocument>().exec()
}

/** The client behind a subject (`client:<id>`); null for other subjects. */
export async function findCaller({ database, environment }: Registry, subject: string): Promise<ClientDocument | null> {
  const id = clientIdIn(subject)
  return id === undefined ? null : database.clients.findOne({ _id: id, environment }).lean<ClientDocument>()
}

/** Id of the client that a subject names; undefined for other subjects. */
export function clientIdIn(subject: string): string | undefined {
  return subject.startsWith('client:') ? subject.slice('client:'.length) : undefined
}

export interface ClientQuery {
  readonly identity: Identity
  readonly first: number
  /** The name after which the page begins. */
  readonly after: string | undefined
}

/** The clients that a caller acts for, by name, and one more than asked for when there are more. */
export function findClients({ database, environment }: Registry, query: ClientQuery): Promise<ClientDocument[]> {
  const { identity, first, after } = query
  return database.clients
    .find({ environment, ...ownedBy(identity), ...(after === undefined ? {} : { name: { $gt: after } }) })
    .sort({ name: 1 })
    .limit(first + 1)
    .lean<ClientDocument[]>()
    .exec()
}

function ownedBy(identity: Identity): object {
  if (isAdmin(identity)) return {}
  const teams = publishedTeams(identity)
  const owned = teams === 'all' ? { team: { $ne: null } } : { team: { $in: teams } }
  return { $or: [{ developers: identity.subject }, owned] }
}

export type ClientName = Pick<ClientDocument, '_id' | 'name'>

export function findClientNames({ clients }: Database, ids: readonly string[]): Promise<ClientName[]> {
  return clients
    .find({ _id: { $in: [...ids] } }, { name: 1 })
    .lean<ClientName[]>()
    .exec()
}
