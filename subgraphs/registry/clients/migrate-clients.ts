import { randomUUID } from 'node:crypto'
import type { Environment } from '../../../shared/control/protocol.js'
import type { Database } from '../database/database.js'
import { grantedBy } from '../grants/granted.js'
import type { KeyRecord } from '../keys/key-record.js'
import type { ClientDocument } from './client-document.js'
import { newClient } from './new-client.js'

/** A client as it was stored when it held scopes instead of grants. */
interface OldClient {
  readonly _id: string
  readonly name: string
  readonly owner: string
  readonly useCase: string
  readonly scopes: readonly string[]
  readonly environment: Environment
  readonly keys: readonly Pick<KeyRecord, 'hash' | 'prefix' | 'createdAt' | 'expiresAt' | 'revokedAt'>[]
  readonly createdAt: Date
  readonly createdBy: string
}

/** Turns the scopes of clients into grants and names their keys. Safe to repeat after a crash. */
export async function migrateClients({ clients }: Database): Promise<void> {
  const collection = clients.collection
  const old = (await collection.find({ scopes: { $exists: true } }).toArray()) as unknown as OldClient[]
  for (const client of old) {
    const filter = { _id: client._id, scopes: { $exists: true } }
    await collection.replaceOne(filter as object, migrated(client) as object)
  }
}

function migrated({ scopes, keys, ...given }: OldClient): ClientDocument {
  const { createdAt: at, createdBy: by } = given
  const named = keys.map((key) => ({ ...key, id: randomUUID(), createdBy: by, replacedBy: null }))
  const grants = grantedBy(scopes, { by, at, reason: given.useCase })
  return newClient({ ...given, keys: named, grants })
}
