import { type DocumentNode, type GraphQLSchema, getNamedType, isCompositeType, Kind, type SelectionNode } from 'graphql'
import { operationSource } from './operation-source.js'
import { type Fragments, selectionOf } from './selections.js'
import type { SupergraphTypes } from './supergraph-types.js'

/** Whether all that an entity fetch asks for, down to the last field, is declared immutable. */
export function isImmutableFetch(document: DocumentNode, schema: GraphQLSchema, types: SupergraphTypes): boolean {
  const { operation, fragments } = operationSource(document, undefined)
  const declared = new Declared(schema, types, fragments)
  return operation.selectionSet.selections.every((root) => {
    return (
      root.kind === Kind.FIELD && root.name.value === '_entities' && declared.all(root.selectionSet!.selections, '')
    )
  })
}

class Declared {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly types: SupergraphTypes,
    private readonly fragments: Fragments,
  ) {}

  all(nodes: readonly SelectionNode[], type: string): boolean {
    return nodes.every((node) => {
      const selection = selectionOf(node, this.fragments)
      if (selection.kind === 'fragment') return this.all(selection.selections, selection.type ?? type)
      if (selection.name === '__typename') return true
      return this.types.isImmutable(type, selection.name) && this.allBelow(selection.name, selection.selections, type)
    })
  }

  private allBelow(field: string, nodes: readonly SelectionNode[], type: string): boolean {
    if (nodes.length === 0) return true
    const parent = this.schema.getType(type)
    const definition = isCompositeType(parent) && 'getFields' in parent ? parent.getFields()[field] : undefined
    return definition !== undefined && this.all(nodes, getNamedType(definition.type).name)
  }
}
