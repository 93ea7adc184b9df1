import type { Network } from '../../deploy/launcher/network.js'
import type { Criticality } from '../../shared/identity/claims.js'
import { asAdmin } from './as-admin.js'

const CREATE = 'mutation Create($input: CreateClientInput!) { createClient(input: $input) { key client { revision } } }'
const UPDATE =
  'mutation Update($client: String!, $revision: Int!, $input: UpdateClientInput!) { updateClient(client: $client, revision: $revision, input: $input) { criticality } }'

interface Issued {
  readonly createClient: { readonly key: string; readonly client: { readonly revision: number } }
}

export interface NewClient {
  readonly client: string
  /** What it may predict with. */
  readonly model: string
  readonly criticality: Criticality
}

/** A new client's key. Fails when the graph does not make the client so. */
export async function newClientKey(network: Network, { client, model, criticality }: NewClient): Promise<string> {
  const input = { name: client, owner: 'bench', useCase: 'Load.', scopes: [`predict:${model}`] }
  const { createClient } = await asAdmin<Issued>(network, CREATE, { input })
  const { revision } = createClient.client
  await asAdmin(network, UPDATE, { client, revision, input: { criticality } })
  return createClient.key
}
