import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { fragmentsOf } from '../operations/fragments.js'
import type { Variables } from '../variables/coerce.js'
import type { Guard, Guards } from './guards.js'

/** One guard that one selection of an operation must pass. */
export interface Check {
  readonly guard: Guard
  /** Response path, without list indices. */
  readonly path: readonly string[]
  readonly node: FieldNode
  readonly type: GraphQLObjectType
  /** Undefined for `__typename`. */
  readonly field: GraphQLField<unknown, unknown> | undefined
  /** `@skip` and `@include` on the way; any of them may take the selection out. */
  readonly conditions: readonly DirectiveNode[]
}

/**
 * Finds every guard an operation meets. A selection on an interface or union meets the guards of all its possible types;
 * a fragment narrows them.
 */
export function checksOf(
  schema: GraphQLSchema,
  guards: Guards,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly Check[] {
  const root = schema.getRootType(operation.operation)
  if (!root) return []
  const walk: Walk = { schema, guards, fragments: fragmentsOf(document), found: [] }
  walkSelections(operation.selectionSet, { types: [root], path: [], conditions: [] }, walk)
  return walk.found
}

/** Whether the variables take a selection out. */
export function isSkipped({ conditions }: Check, variables: Variables): boolean {
  return conditions.some((directive) => {
    const node = { directives: [directive] }
    const skipped = getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true
    return skipped || getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if === false
  })
}

interface Walk {
  readonly schema: GraphQLSchema
  readonly guards: Guards
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly found: Check[]
}

/** Where the walk stands: the object types that the parent value can have here, and how it came here. */
interface Position {
  readonly types: readonly GraphQLObjectType[]
  readonly path: readonly string[]
  readonly conditions: readonly DirectiveNode[]
}

function walkSelections(selectionSet: SelectionSetNode, position: Position, walk: Walk): void {
  for (const selection of selectionSet.selections) {
    const conditions = [...position.conditions, ...(selection.directives ?? []).filter(isCondition)]
    if (selection.kind === Kind.FIELD) {
      walkField(selection, { ...position, conditions }, walk)
      continue
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? walk.fragments.get(selection.name.value) : selection
    if (!fragment) continue
    const types = narrow(position.types, fragment.typeCondition?.name.value, walk.schema)
    walkSelections(fragment.selectionSet, { ...position, conditions, types }, walk)
  }
}

function walkField(node: FieldNode, position: Position, walk: Walk): void {
  const name = node.name.value
  const path = [...position.path, node.alias?.value ?? name]
  const returned = new Set<GraphQLObjectType>()
  for (const type of position.types) {
    const field = type.getFields()[name]
    const { conditions } = position
    addCheck(walk, name === '__typename' ? type.name : `${type.name}.${name}`, { path, node, type, field, conditions })
    if (field && node.selectionSet) for (const possible of possibleTypes(field, walk.schema)) returned.add(possible)
  }
  if (node.selectionSet) walkSelections(node.selectionSet, { ...position, path, types: [...returned] }, walk)
}

function addCheck(walk: Walk, coordinate: string, check: Omit<Check, 'guard'>): void {
  const guard = walk.guards.get(coordinate)
  if (guard) walk.found.push({ ...check, guard })
}

function possibleTypes(field: GraphQLField<unknown, unknown>, schema: GraphQLSchema): readonly GraphQLObjectType[] {
  return objectTypes(getNamedType(field.type) as GraphQLCompositeType, schema)
}

function narrow(
  types: readonly GraphQLObjectType[],
  condition: string | undefined,
  schema: GraphQLSchema,
): readonly GraphQLObjectType[] {
  if (condition === undefined) return types
  const allowed = new Set(objectTypes(schema.getType(condition) as GraphQLCompositeType, schema))
  return types.filter((type) => allowed.has(type))
}

function objectTypes(type: GraphQLCompositeType, schema: GraphQLSchema): readonly GraphQLObjectType[] {
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [type]
}

function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include'
}
