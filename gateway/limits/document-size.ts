import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { fragmentsOf } from '../operations/fragments.js'

/** What a document asks for, with its fragments expanded: the largest numbers of any of its operations. */
export interface DocumentSize {
  /** Levels of fields; `{ a { b } }` has 2. */
  readonly depth: number
  readonly aliases: number
  readonly rootFields: number
  readonly fields: number
}

const NOTHING: DocumentSize = { depth: 0, aliases: 0, rootFields: 0, fields: 0 }

/**
 * Measures a document in time linear in its length: every fragment is measured once. A fragment that reaches itself
 * counts as nothing where it closes the circle; validation refuses it.
 */
export function sizeOf(document: DocumentNode): DocumentSize {
  const fragments = fragmentsOf(document)
  const measured = new Map<string, DocumentSize>()
  const sizes = document.definitions
    .filter(isOperation)
    .map((operation) => sizeOfSelections(operation.selectionSet, { fragments, measured }))
  return sizes.reduce(largest, NOTHING)
}

interface Scope {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly measured: Map<string, DocumentSize>
}

function sizeOfSelections({ selections }: SelectionSetNode, scope: Scope): DocumentSize {
  return selections.map((selection) => sizeOfSelection(selection, scope)).reduce(beside, NOTHING)
}

function sizeOfSelection(selection: SelectionNode, scope: Scope): DocumentSize {
  switch (selection.kind) {
    case Kind.FIELD:
      return sizeOfField(selection, scope)
    case Kind.INLINE_FRAGMENT:
      return sizeOfSelections(selection.selectionSet, scope)
    case Kind.FRAGMENT_SPREAD:
      return sizeOfFragment(selection.name.value, scope)
  }
}

function sizeOfField(field: FieldNode, scope: Scope): DocumentSize {
  const inner = field.selectionSet ? sizeOfSelections(field.selectionSet, scope) : NOTHING
  return {
    depth: inner.depth + 1,
    aliases: inner.aliases + (field.alias ? 1 : 0),
    rootFields: 1,
    fields: inner.fields + 1,
  }
}

function sizeOfFragment(name: string, scope: Scope): DocumentSize {
  const known = scope.measured.get(name)
  if (known) return known
  scope.measured.set(name, NOTHING)
  const fragment = scope.fragments.get(name)
  const size = fragment ? sizeOfSelections(fragment.selectionSet, scope) : NOTHING
  scope.measured.set(name, size)
  return size
}

function beside(a: DocumentSize, b: DocumentSize): DocumentSize {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
    rootFields: a.rootFields + b.rootFields,
    fields: a.fields + b.fields,
  }
}

function largest(a: DocumentSize, b: DocumentSize): DocumentSize {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: Math.max(a.aliases, b.aliases),
    rootFields: Math.max(a.rootFields, b.rootFields),
    fields: Math.max(a.fields, b.fields),
  }
}

function isOperation(node: DefinitionNode): node is OperationDefinitionNode {
  return node.kind === Kind.OPERATION_DEFINITION
}
