import type { KeyHolder, KeyQuery } from '../../../shared/control/protocol.js'
import type { ClientDocument } from '../clients/client-document.js'
import { termsOf } from '../clients/client-terms.js'
import { sha256 } from '../database/canonical-json.js'
import type { Database } from '../database/database.js'
import { isValid } from './key-record.js'

/** The client behind a key; undefined when the key is unknown, expired, revoked or of another environment. */
export async function verifyKey(database: Database, query: KeyQuery, now: number): Promise<KeyHolder | undefined> {
  const client = await database.clients
    .findOne({ 'keys.hash': query.hash, environment: query.environment })
    .lean<ClientDocument>()
  const key = client?.keys.find(({ hash }) => hash === query.hash)
  if (!client || !key || !isValid(key, now)) return undefined
  const holder = { keyId: key.id, expiresAt: key.expiresAt?.getTime() ?? null, ...termsOf(client) }
  return { revision: sha256(JSON.stringify(holder)).slice(0, 32), ...holder }
}
