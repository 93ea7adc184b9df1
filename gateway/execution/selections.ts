import {
  type DirectiveNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
} from 'graphql'

/** The fragments of a document by name. */
export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** An operation and the fragments it may spread. */
export interface OperationSource {
  readonly operation: OperationDefinitionNode
  readonly fragments: Fragments
}

/** A field or a fragment of a selection set. */
export type Selection =
  | ({ readonly kind: 'field'; readonly key: string; readonly name: string; readonly directives: Directives } & Below)
  | ({ readonly kind: 'fragment'; readonly type: string | undefined; readonly directives: Directives } & Below)

type Directives = readonly DirectiveNode[]

interface Below {
  readonly selections: readonly SelectionNode[]
}

/**
 * The selections of one selection set in the order in which Apollo answers them: a field or an inline fragment that comes
 * again with the same directives is merged into its first occurrence, fragments are not opened.
 */
export function mergedSelections(selections: readonly SelectionNode[], fragments: Fragments): Selection[] {
  const merged = new Map<string, Selection>()
  for (const node of selections) {
    const key = keyOf(node)
    const before = merged.get(key)
    if (before && node.kind === Kind.FRAGMENT_SPREAD) continue
    const selection = selectionOf(node, fragments)
    merged.set(key, before ? { ...before, selections: [...before.selections, ...selection.selections] } : selection)
  }
  return [...merged.values()]
}

/** One node of a document. Throws for a fragment that is not there, which validation rules out. */
export function selectionOf(node: SelectionNode, fragments: Fragments): Selection {
  const directives = node.directives ?? []
  if (node.kind === Kind.FIELD) {
    const name = node.name.value
    const selections = node.selectionSet?.selections ?? []
    return { kind: 'field', key: node.alias?.value ?? name, name, directives, selections }
  }
  if (node.kind === Kind.INLINE_FRAGMENT) {
    const { typeCondition, selectionSet } = node
    return { kind: 'fragment', type: typeCondition?.name.value, directives, selections: selectionSet.selections }
  }
  const fragment = fragments.get(node.name.value)
  if (!fragment) throw new Error(`The document has no fragment ${node.name.value}.`)
  const { typeCondition, selectionSet } = fragment
  return { kind: 'fragment', type: typeCondition.name.value, directives, selections: selectionSet.selections }
}

function keyOf(node: SelectionNode): string {
  const directives = (node.directives ?? []).map(print).join(' ')
  if (node.kind === Kind.FIELD) return (node.alias ?? node.name).value + directives
  if (node.kind === Kind.FRAGMENT_SPREAD) return `...${node.name.value}${directives}`
  return `...${node.typeCondition ? ` on ${node.typeCondition.name.value}` : ''}${directives}`
}
