import type { FetchNode, QueryPlan } from '@apollo/query-planner'
import {
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  parse,
  print,
  type SelectionNode,
} from 'graphql'
import { operationSource } from './operation-source.js'
import { type Fragments, mergedSelections, type OperationSource, type Selection, selectionOf } from './selections.js'
import type { SupergraphTypes } from './supergraph-types.js'

/**
 * The only fetch of a plan, if a subgraph's answer to it is the answer to the operation, byte for byte: the same fields in
 * the same order for every type that may stand in any place, under the same conditions, and nothing that clients must
 * not see. That a subgraph's values fit its own schema is for the subgraph to see to.
 */
export function passThroughFetch(
  source: OperationSource,
  { node }: QueryPlan,
  schema: GraphQLSchema,
  types: SupergraphTypes,
): FetchNode | undefined {
  if (node?.kind !== 'Fetch' || node.requires || node.inputRewrites?.length || node.outputRewrites?.length)
    return undefined
  const asked = operationSource(parse(node.operation), undefined)
  const root = schema.getRootType(source.operation.operation)!
  const comparison = new Comparison(schema, types, source.fragments, asked.fragments)
  const isSame = comparison.isSame(
    root,
    source.operation.selectionSet.selections,
    asked.operation.selectionSet.selections,
  )
  return isSame ? node : undefined
}

/** A field as it comes to stand in an object of one type. */
interface Occurrence {
  readonly key: string
  readonly name: string
  /** The type it is selected on. */
  readonly parent: GraphQLCompositeType
  /** The directives on the way to it. */
  readonly when: string
  readonly selections: readonly SelectionNode[]
}

/** Selections of one object type, or undefined where its fields depend on what only the subgraph knows. */
type Occurrences = readonly Occurrence[] | undefined

class Comparison {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly types: SupergraphTypes,
    private readonly wanted: Fragments,
    private readonly asked: Fragments,
  ) {}

  isSame(type: GraphQLCompositeType, wanted: readonly SelectionNode[], asked: readonly SelectionNode[]): boolean {
    if (this.types.isNarrowed(type.name)) return false
    const objects = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type as GraphQLObjectType]
    return objects.every((object) => {
      const ours = this.occurrences(mergedSelections(wanted, this.wanted), this.wanted, type, object, true)
      const theirs = this.occurrences(opened(asked, this.asked), this.asked, type, object, false)
      return this.areSame(ours, theirs)
    })
  }

  private areSame(ours: Occurrences, theirs: Occurrences): boolean {
    if (!ours || !theirs || ours.length !== theirs.length) return false
    if (new Set(ours.map(({ key }) => key)).size !== ours.length) return false
    return ours.every((our, index) => {
      const their = theirs[index]!
      if (our.key !== their.key || our.name !== their.name || our.when !== their.when) return false
      return our.name === '__typename' || this.isSameBelow(our, their)
    })
  }

  private isSameBelow({ parent, name, selections }: Occurrence, their: Occurrence): boolean {
    const type = getNamedType((parent as GraphQLObjectType).getFields()[name]!.type)
    if (isLeafType(type)) return !this.types.isNarrowed(type.name)
    return this.isSame(type, selections, their.selections)
  }

  /** `ours`: in Apollo's order, else in the order of the specification, which is the subgraph's. */
  private occurrences(
    selections: readonly Selection[],
    fragments: Fragments,
    parent: GraphQLCompositeType,
    object: GraphQLObjectType,
    isOurs: boolean,
    when = '',
  ): Occurrences {
    const found: Occurrence[] = []
    for (const selection of selections) {
      const here = [when, ...selection.directives.map(print)].filter(Boolean).join(' ')
      if (selection.kind === 'field') {
        found.push({ key: selection.key, name: selection.name, parent, when: here, selections: selection.selections })
        continue
      }
      const type = selection.type ? (this.schema.getType(selection.type) as GraphQLCompositeType | undefined) : parent
      if (!type) return undefined
      if (type !== parent && isAbstractType(type) && !isOurs) return undefined
      if (type !== object && !(isAbstractType(type) && this.schema.isSubType(type, object))) continue
      const below = isOurs ? mergedSelections(selection.selections, fragments) : opened(selection.selections, fragments)
      const inner = this.occurrences(below, fragments, type, object, isOurs, here)
      if (!inner) return undefined
      found.push(...inner)
    }
    return found
  }
}

function opened(selections: readonly SelectionNode[], fragments: Fragments): Selection[] {
  return selections.map((node) => selectionOf(node, fragments))
}
