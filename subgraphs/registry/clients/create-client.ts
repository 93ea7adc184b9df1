import { randomUUID } from 'node:crypto'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Identity } from '../../../shared/identity/claims.js'
import { isDuplicate } from '../database/database.js'
import { requireName } from '../database/names.js'
import type { GrantRecord, Statement } from '../grants/grant-record.js'
import { askedGrant, MOST_OPEN_GRANTS } from '../grants/granted.js'
import { requireScope } from '../grants/scope.js'
import { expiryOf } from '../keys/expiry.js'
import type { IssuedKey } from '../keys/keys.js'
import { newKey } from '../keys/new-key.js'
import type { Registry } from '../registry.js'
import { isAdmin } from './acting.js'
import type { ClientDocument } from './client-document.js'
import { appendRecord } from './client-history.js'
import { type ClientDescription, requireDescription } from './description.js'
import { newClient } from './new-client.js'
import { wrongInput } from './wrong-input.js'

export interface ClientRegistration extends ClientDescription {
  readonly name: string
  readonly owner: string
  readonly useCase: string
  readonly scopes: readonly string[]
  readonly keyExpiresAt?: Date | null
  /** Who makes it; not being an admin, its first developer. */
  readonly identity: Identity
}

/** Clients that one caller who is no admin may act for as a developer when it makes another. */
export const MOST_CLIENTS = 50

/**
 * Makes a client and its key. Scopes that the caller decides on are granted, others asked for. Throws `CONFLICT` when the
 * name is taken in this environment or the caller has made many, `BAD_USER_INPUT` for what is wrong.
 */
export async function createClient(registry: Registry, registration: ClientRegistration): Promise<IssuedKey> {
  await refuseUnfit(registry, registration)
  const { environment, database, now } = registry
  const createdAt = new Date(now())
  const expiresAt = expiryOf(registration.keyExpiresAt, createdAt, 'input.keyExpiresAt')
  const made = newKey({ environment, at: createdAt, expiresAt, by: registration.identity.client, known: [] })
  const grants = await grantsOf(registry, registration, createdAt)
  const client = clientOf(registry, registration, { grants, keys: [made.record], createdAt })
  try {
    await database.clients.create(client)
  } catch (error) {
    if (!isDuplicate(error)) throw error
    throw new ModelgraphError('CONFLICT', `There is a client ${client.name} in ${environment}.`, { path: 'input.name' })
  }
  await appendRecord(database, client.last)
  return { client, ...made }
}

async function refuseUnfit(registry: Registry, registration: ClientRegistration): Promise<void> {
  const { name, scopes, identity } = registration
  requireName(name, 'input.name')
  await requireDescription(registry.database, identity, registration)
  if (scopes.length > MOST_OPEN_GRANTS)
    throw wrongInput('input.scopes', `at most ${MOST_OPEN_GRANTS} scopes`, scopes.length)
  for (const [index, scope] of scopes.entries()) requireScope(scope, `input.scopes.${index}`)
  if (isAdmin(identity)) return
  const { environment, database } = registry
  const made = await database.clients.countDocuments({ environment, developers: identity.subject })
  if (made < MOST_CLIENTS) return
  throw new ModelgraphError('CONFLICT', `You act for ${made} clients already; an admin may make more.`, {
    clients: made,
  })
}

async function grantsOf(
  { database }: Registry,
  { scopes, useCase: reason, identity }: ClientRegistration,
  at: Date,
): Promise<GrantRecord[]> {
  const statement: Statement = { by: identity.client, at, reason: reason.slice(0, 1_000) }
  const asked = [...new Set(scopes)].sort()
  return Promise.all(asked.map((scope) => askedGrant(database, identity, scope, statement)))
}

function clientOf(
  { environment }: Registry,
  { name, owner, useCase, team, contact, identity }: ClientRegistration,
  made: Pick<ClientDocument, 'grants' | 'keys' | 'createdAt'>,
): ClientDocument {
  return newClient({
    ...made,
    _id: randomUUID(),
    name,
    owner,
    useCase,
    environment,
    team: team ?? null,
    contact: contact ?? '',
    developers: isAdmin(identity) ? [] : [identity.subject],
    createdBy: identity.client,
  })
}
