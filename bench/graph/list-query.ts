/** Schema of the subgraph that all gateways are put before. */
export const LIST_SDL = `
type Query {
  patients(first: Int!): [Patient!]!
}

type Patient {
  id: ID!
  age: Int!
  diagnosis: String!
}
`

/** What is asked of it: 20 rows of 3 fields, of one subgraph. */
export const LIST_QUERY = 'query List($first: Int!) { patients(first: $first) { id age diagnosis } }'
export const LIST_ROWS = 20

export const LIST_SCOPE = 'read:patients'

/** The same for federation; with `guarded`, the field needs a scope. Gateways of others refuse to load that. */
export function listSubgraphSdl({ guarded }: { readonly guarded: boolean }): string {
  const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requiresScopes"])`
  const entities = LIST_SDL.replace('type Patient {', 'type Patient @key(fields: "id") {')
  const needed = ` @requiresScopes(scopes: [["${LIST_SCOPE}"]])`
  return `${link}\n${guarded ? entities.replace('[Patient!]!', `[Patient!]!${needed}`) : entities}`
}
