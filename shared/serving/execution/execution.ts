import type { FragmentDefinitionNode, GraphQLResolveInfo, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import type { CollectedErrors, Path } from './collected-errors.js'

/** One run of a compiled operation. */
export interface Execution {
  readonly operation: CompiledDocument
  readonly context: unknown
  /** Coerced already. */
  readonly variables: Readonly<Record<string, unknown>>
  readonly errors: CollectedErrors
}

/** What all runs of an operation share. */
export interface CompiledDocument {
  readonly schema: GraphQLSchema
  readonly definition: OperationDefinitionNode
  readonly fragments: Record<string, FragmentDefinitionNode>
}

/** A field of an object, ready to be answered: its value as it stands in the answer, or a promise of it. */
export interface CompiledField {
  readonly key: string
  readonly answer: (source: unknown, path: Path | undefined, execution: Execution) => unknown
}

/** Puts a resolved value into the form of its type in the answer. Throws what is wrong with it. */
export type Complete = (value: unknown, path: Path, info: GraphQLResolveInfo, execution: Execution) => unknown

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
