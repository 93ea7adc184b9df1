import { type DocumentNode, type FragmentDefinitionNode, getOperationAST, Kind } from 'graphql'
import type { OperationSource } from './selections.js'

/** An operation of a document, the only one when no name is given. Throws when there is none. */
export function operationSource(document: DocumentNode, name: string | undefined): OperationSource {
  const operation = getOperationAST(document, name)
  if (!operation) throw new Error('The document has no such operation.')
  const fragments = document.definitions.filter(
    (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
  )
  return { operation, fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])) }
}
