import type { Network } from '../../deploy/launcher/network.js'
import type { Criticality } from '../../shared/identity/claims.js'

const CREATE = 'mutation Create($input: CreateClientInput!) { createClient(input: $input) { key client { revision } } }'
const UPDATE =
  'mutation Update($client: String!, $revision: Int!, $input: UpdateClientInput!) { updateClient(client: $client, revision: $revision, input: $input) { criticality } }'

interface Issued {
  readonly createClient: { readonly key: string; readonly client: { readonly revision: number } }
}

/** A new client's key to `malignancy-risk`. Fails when the graph does not make the client so. */
export async function newClientKey(network: Network, client: string, criticality: Criticality): Promise<string> {
  const input = { name: client, owner: 'bench', useCase: 'Load.', scopes: ['predict:malignancy-risk'] }
  const { createClient } = await asAdmin<Issued>(network, CREATE, { input })
  const { revision } = createClient.client
  await asAdmin(network, UPDATE, { client, revision, input: { criticality } })
  return createClient.key
}

async function asAdmin<Data>(network: Network, query: string, variables: Record<string, unknown>): Promise<Data> {
  const response = await fetch(new URL('/graphql', network.gatewayUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${network.keys.admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown }
  if (errors) throw new Error(`The benchmark's client was not made: ${JSON.stringify(errors)}`)
  return data
}
