import type { Environment } from '../../../shared/control/protocol.js'
import type { RegisteredClient } from '../../../shared/control/registered-client.js'
import type { Database } from '../database/database.js'
import { scopesOf } from '../grants/grant-record.js'
import type { ClientDocument } from './client-document.js'

/** What gateways need to know of a client. */
export function termsOf(client: ClientDocument): RegisteredClient {
  const { _id: clientId, name, environment, grants, criticality, limits, delivery, safelist } = client
  const sha256 = safelist.operations.map((operation) => operation.sha256).sort()
  return {
    clientId,
    client: name,
    environment,
    scopes: scopesOf(grants),
    criticality,
    limits,
    delivery: { ...delivery, safelist: { version: safelist.version, sha256 } },
  }
}

/** The same of the client with this name; undefined when there is none. */
export async function findTerms(
  { clients }: Database,
  environment: Environment,
  name: string,
): Promise<RegisteredClient | undefined> {
  const client = await clients.findOne({ environment, name }).lean<ClientDocument>()
  return client ? termsOf(client) : undefined
}
