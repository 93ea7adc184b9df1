import type { Network } from '../../deploy/launcher/network.js'

/** Asks the gateway as an admin does; fails when the answer holds an error. */
export async function asAdmin<Data>(
  network: Network,
  query: string,
  variables: Record<string, unknown>,
): Promise<Data> {
  const response = await fetch(new URL('/graphql', network.gatewayUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${network.keys.admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown }
  if (errors) throw new Error(`The gateway refused an admin: ${JSON.stringify(errors)}`)
  return data
}
