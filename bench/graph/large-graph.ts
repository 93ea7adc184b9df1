import type { ComposedSubgraph } from './compose.js'
import { LIST_SCOPE, listSubgraphSdl } from './list-query.js'

export const LARGE_GRAPH = { subgraphs: 150, typesOfEach: 10, types: 1_500 } as const

/**
 * A graph of 150 subgraphs and 1,500 types, linked in a ring; the list subgraph is one of them. Two versions differ in one root
 * field of every tenth subgraph.
 */
export function largeGraph(url: string, version: 1 | 2): ComposedSubgraph[] {
  const others = Array.from({ length: LARGE_GRAPH.subgraphs - 1 }, (_, at) => ({
    name: `team${at}`,
    url,
    sdl: teamSdl(at, version),
  }))
  return [{ name: 'patients', url, sdl: listSubgraphSdl({ guarded: true }) }, ...others]
}

function teamSdl(team: number, version: 1 | 2): string {
  const types = Array.from({ length: LARGE_GRAPH.typesOfEach }, (_, at) => typeSdl(team, at))
  const added = version === 2 && team % 10 === 0 ? `team${team}Added: Int` : ''
  const next = (team + 1) % (LARGE_GRAPH.subgraphs - 1)
  return `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requiresScopes"])
    type Query {
      team${team}(id: ID!): Team${team}Type0 @requiresScopes(scopes: [["${LIST_SCOPE}"]])
      team${team}All(first: Int = 20): [Team${team}Type0!]!
      ${added}
    }
    type Team${next}Type0 @key(fields: "id", resolvable: false) { id: ID! }
    ${types.join('\n')}
  `
}

/** Each type leads to the next of its subgraph, the last to the first of the next subgraph. */
function typeSdl(team: number, at: number): string {
  const next = (team + 1) % (LARGE_GRAPH.subgraphs - 1)
  const last = at === LARGE_GRAPH.typesOfEach - 1
  const other = last ? `Team${next}Type0` : `Team${team}Type${at + 1}`
  return `type Team${team}Type${at} @key(fields: "id") { id: ID! name: String! score: Float tags: [String!]! next: ${other} }`
}
