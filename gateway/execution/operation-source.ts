import { type DocumentNode, getOperationAST } from 'graphql'
import { fragmentsOf } from '../operations/fragments.js'
import type { OperationSource } from './selections.js'

/** An operation of a document, the only one when no name is given. Throws when there is none. */
export function operationSource(document: DocumentNode, name: string | undefined): OperationSource {
  const operation = getOperationAST(document, name)
  if (!operation) throw new Error('The document has no such operation.')
  return { operation, fragments: fragmentsOf(document) }
}
