import {
  type DirectiveNode,
  type DocumentNode,
  execute,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
} from 'graphql'
import type { Execution } from '../execution/execution.js'
import { fragmentsOf } from './fragments.js'

/** Answers fields of the query that only the gateway can, by their arguments; the registry declares them. */
export type LocalResolvers = Readonly<Record<string, (args: unknown) => unknown>>

/** An operation taken apart: what the gateway knows by itself, and what it asks subgraphs. */
export interface SplitOperation {
  /** `__schema`, `__type` and fields of {@link LocalResolvers} only; undefined where it asks none. */
  readonly local: DocumentNode | undefined
  /** Everything else; undefined where there is nothing else. */
  readonly rest: DocumentNode | undefined
}

/** Takes what the gateway answers itself out of an operation, also where a fragment on the root type brings it. */
export function splitLocal(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  resolvers: LocalResolvers,
): SplitOperation {
  if (operation.operation !== OperationTypeNode.QUERY) return { local: undefined, rest: document }
  const isLocal = ({ field: { name } }: Root) => INTROSPECTION.has(name.value) || Object.hasOwn(resolvers, name.value)
  const roots = rootsOf(operation.selectionSet.selections, fragmentsOf(document))
  if (!roots.some(isLocal)) return { local: undefined, rest: document }
  const rest = roots.filter((root) => !isLocal(root))
  return {
    local: withRoots(document, operation, roots.filter(isLocal)),
    rest: rest.length > 0 ? withRoots(document, operation, rest) : undefined,
  }
}

const INTROSPECTION: ReadonlySet<string> = new Set(['__schema', '__type'])

/** What local fields are answered with. */
export interface LocalGround {
  readonly schema: GraphQLSchema
  readonly resolvers: LocalResolvers
}

/** Answers local fields by the schema and their resolvers beside what the subgraphs answer, keys in the order asked. */
export function answeringLocally(
  { schema, resolvers: rootValue }: LocalGround,
  local: DocumentNode,
  rest: Execution | undefined,
  operation: OperationDefinitionNode,
): Execution {
  return {
    async run(variables, fetch, given) {
      const known = await execute({ schema, document: local, rootValue, variableValues: variables })
      const asked = rest ? await rest.run(variables, fetch, given) : { data: {}, errors: [] }
      const answered = 'bytes' in asked ? { data: dataOf(asked.bytes), errors: [] } : asked
      const errors = [...(known.errors ?? []), ...answered.errors]
      if (!known.data || !answered.data) return { data: null, errors }
      return { data: inOrder({ ...known.data, ...answered.data }, operation), errors }
    },
  }
}

/** One root field, with the conditions of the fragments around it. */
interface Root {
  readonly field: FieldNode
  readonly selection: SelectionNode
}

/** Root fields with the fragments around them opened; a fragment on the root type always applies. */
function rootsOf(
  selections: readonly SelectionNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly Root[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [{ field: selection, selection }]
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
    if (!fragment) throw new GraphQLError('A fragment of the operation is not defined.')
    const roots = rootsOf(fragment.selectionSet.selections, fragments)
    const { directives = [] } = selection
    return directives.length === 0 ? roots : roots.map((root) => ({ ...root, selection: inside(root, directives) }))
  })
}

function inside({ selection }: Root, directives: readonly DirectiveNode[]): SelectionNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    directives,
    selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
  }
}

function withRoots(document: DocumentNode, operation: OperationDefinitionNode, roots: readonly Root[]): DocumentNode {
  const selections = roots.map(({ selection }) => selection)
  const changed = { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } } as const
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
  return { kind: Kind.DOCUMENT, definitions: [changed, ...fragments] }
}

function inOrder(data: Readonly<Record<string, unknown>>, operation: OperationDefinitionNode): Record<string, unknown> {
  const names = operation.selectionSet.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? [(selection.alias ?? selection.name).value] : [],
  )
  const ordered: Record<string, unknown> = {}
  for (const name of [...names, ...Object.keys(data)]) if (Object.hasOwn(data, name)) ordered[name] = data[name]
  return ordered
}

function dataOf(bytes: Buffer): Record<string, unknown> {
  return (JSON.parse(bytes.toString('utf8')) as { data: Record<string, unknown> }).data
}
