import { randomUUID } from 'node:crypto'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { isDuplicate } from '../database/database.js'
import { requireName, requireText } from '../database/names.js'
import { grantedBy } from '../grants/granted.js'
import { type NewKey, newKey } from '../keys/new-key.js'
import type { Registry } from '../registry.js'
import type { ClientDocument } from './client-document.js'
import { newClient } from './new-client.js'

export interface ClientRegistration {
  readonly name: string
  /** Who answers for it. */
  readonly owner: string
  readonly useCase: string
  readonly scopes: readonly string[]
  /** Null for a key that does not expire. */
  readonly keyExpiresAt?: Date | null
  /** Name of the client that makes it. */
  readonly by: string
}

export interface CreatedClient {
  readonly client: ClientDocument
  /** Shown this once; only its hash is kept. */
  readonly key: string
}

/** `admin`, or a family and a name: `predict:fraud-detector`, `publish:fraud`, `predict:*`. */
const SCOPE = /^(admin|[a-z][a-z0-9-]{0,62}:([a-z0-9][a-z0-9-]{0,62}|\*))$/

/** Makes a client and its key. Throws `CONFLICT` when the name is taken in this environment. */
export async function createClient(registry: Registry, registration: ClientRegistration): Promise<CreatedClient> {
  refuseUnfit(registration, registry.now())
  const { environment, now } = registry
  const { keyExpiresAt: expiresAt = null, by } = registration
  const key = newKey({ environment, at: new Date(now()), expiresAt, by, known: [] })
  const client = clientOf(registry, registration, key)
  try {
    await registry.database.clients.create(client)
  } catch (error) {
    if (!isDuplicate(error)) throw error
    const message = `There is a client ${client.name} in ${client.environment}.`
    throw new ModelgraphError('CONFLICT', message, { path: 'input.name' })
  }
  return { client, key: key.key }
}

/** The clients of the registry's environment, by name. */
export function findClients({ database, environment }: Registry): Promise<ClientDocument[]> {
  return database.clients.find({ environment }).sort({ name: 1 }).lean<ClientDocument[]>().exec()
}

/** Revokes the key that begins so; the client's others go on. Revoking it again changes nothing. */
export async function revokeKey(registry: Registry, client: string, prefix: string): Promise<ClientDocument> {
  const { database, environment, now } = registry
  const named = { environment, name: client, 'keys.prefix': prefix }
  await database.clients.updateOne(
    { environment, name: client, keys: { $elemMatch: { prefix, revokedAt: null } } },
    { $set: { 'keys.$[key].revokedAt': new Date(now()) } },
    { arrayFilters: [{ 'key.prefix': prefix }] },
  )
  const changed = await database.clients.findOne(named).lean<ClientDocument>()
  if (changed) return changed
  throw new ModelgraphError('NOT_FOUND', `The client ${client} has no key that begins with ${prefix}.`)
}

function refuseUnfit({ name, owner, useCase, scopes, keyExpiresAt }: ClientRegistration, now: number): void {
  requireName(name, 'input.name')
  requireText(owner, 'input.owner', { min: 1, max: 200 })
  requireText(useCase, 'input.useCase', { min: 1, max: 2_000 })
  for (const [index, scope] of scopes.entries()) {
    if (!SCOPE.test(scope)) throw refused(`input.scopes.${index}`, 'a scope such as predict:fraud-detector')
  }
  if (scopes.length > 500) throw refused('input.scopes', 'at most 500 scopes')
  if (keyExpiresAt && keyExpiresAt.getTime() <= now) throw refused('input.keyExpiresAt', 'a time to come')
}

function refused(path: string, expected: string): ModelgraphError {
  return new ModelgraphError('BAD_USER_INPUT', `${path} is wrong: expected ${expected}.`, { path, expected })
}

function clientOf({ environment, now }: Registry, registration: ClientRegistration, key: NewKey): ClientDocument {
  const { name, owner, useCase, scopes, by: createdBy } = registration
  const createdAt = new Date(now())
  const grants = grantedBy(scopes, { by: createdBy, at: createdAt, reason: useCase })
  return newClient({
    _id: randomUUID(),
    name,
    owner,
    useCase,
    environment,
    grants,
    keys: [key.record],
    createdAt,
    createdBy,
  })
}
