import type { KeyHolder, KeyQuery } from '../../../shared/control/protocol.js'
import type { ClientDocument } from '../clients/client-document.js'
import { sha256 } from '../database/canonical-json.js'
import type { Database } from '../database/database.js'
import { scopesOf } from '../grants/grant-record.js'
import { isValid, type KeyRecord } from './key-record.js'

/** The client behind a key; undefined when the key is unknown, expired, revoked or of another environment. */
export async function verifyKey(database: Database, query: KeyQuery, now: number): Promise<KeyHolder | undefined> {
  const client = await database.clients
    .findOne({ 'keys.hash': query.hash, environment: query.environment })
    .lean<ClientDocument>()
  const key = client?.keys.find(({ hash }) => hash === query.hash)
  if (!client || !key || !isValid(key, now)) return undefined
  const holder = holderOf(client, key)
  return { revision: sha256(JSON.stringify(holder)).slice(0, 32), ...holder }
}

function holderOf(client: ClientDocument, key: KeyRecord): Omit<KeyHolder, 'revision'> {
  const { _id: clientId, name, environment, grants, criticality, limits, delivery, safelist } = client
  const operations = safelist.operations.map((operation) => operation.sha256).sort()
  return {
    keyId: key.id,
    clientId,
    client: name,
    environment,
    scopes: scopesOf(grants),
    expiresAt: key.expiresAt?.getTime() ?? null,
    criticality,
    limits,
    delivery: { ...delivery, safelist: { version: safelist.version, sha256: operations } },
  }
}
