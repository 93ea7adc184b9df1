import { GraphQLError, parse } from 'graphql'
import { LARGEST_OPERATION_BYTES } from '../../../shared/control/protocol.js'
import { wrongInput } from '../clients/wrong-input.js'
import { sha256 } from '../database/canonical-json.js'

export interface ParsedOperation {
  readonly sha256: string
  readonly name: string
  readonly text: string
}

const MOST_TOKENS = 20_000

/** Reads a document that is to be safelisted: GraphQL, with one operation, which has a name. `BAD_USER_INPUT` otherwise. */
export function parseOperation(text: string, path: string): ParsedOperation {
  const bytes = Buffer.byteLength(text)
  if (bytes > LARGEST_OPERATION_BYTES) {
    throw wrongInput(path, `at most ${LARGEST_OPERATION_BYTES} bytes`, `${bytes} bytes`)
  }
  const names = operationNames(text, path)
  const [name] = names
  if (names.length !== 1 || name === undefined) {
    throw wrongInput(
      path,
      'one operation, with a name, and its fragments',
      names.map((given) => given ?? null),
    )
  }
  return { sha256: sha256(text), name, text }
}

function operationNames(text: string, path: string): (string | undefined)[] {
  try {
    return parse(text, { noLocation: true, maxTokens: MOST_TOKENS }).definitions.flatMap((definition) => {
      if (definition.kind === 'FragmentDefinition') return []
      return definition.kind === 'OperationDefinition' ? [definition.name?.value] : [undefined]
    })
  } catch (error) {
    if (error instanceof GraphQLError) throw wrongInput(path, `GraphQL (${error.message})`, text)
    throw error
  }
}
