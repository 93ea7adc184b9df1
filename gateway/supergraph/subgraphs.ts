import { type DocumentNode, Kind } from 'graphql'
import type { Subgraph } from '../mesh/mesh.js'
import { directiveArgument } from './directive-argument.js'

/** The subgraphs a supergraph is made of: the values of its `join__Graph` enum. */
export function subgraphsOf({ definitions }: DocumentNode): Subgraph[] {
  return definitions
    .flatMap((node) =>
      node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph' ? (node.values ?? []) : [],
    )
    .flatMap((value) => (value.directives ?? []).filter((directive) => directive.name.value === 'join__graph'))
    .map((graph) => ({
      name: String(directiveArgument(graph, 'name')),
      url: String(directiveArgument(graph, 'url')),
    }))
}
