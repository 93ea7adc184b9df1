import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner'
import { type DocumentNode, parse, visit } from 'graphql'
import { isInherited } from './plain.js'

/**
 * Whether a plan can be compiled. Left to Apollo's executor are introspection, subscriptions, `@defer`, `@fromContext`, and fields
 * with the name of what every JavaScript object has.
 */
export function isCompilable(document: DocumentNode, { node }: QueryPlan): boolean {
  if (!hasPlainNames(document)) return false
  return node === undefined || (node.kind !== 'Subscription' && isCompilableNode(node))
}

function isCompilableNode(node: PlanNode): boolean {
  switch (node.kind) {
    case 'Fetch':
      return isCompilableFetch(node)
    case 'Flatten':
      return node.path.every(isPlainElement) && isCompilableNode(node.node)
    case 'Sequence':
    case 'Parallel':
      return node.nodes.every(isCompilableNode)
    case 'Condition':
      return [node.ifClause, node.elseClause].every((branch) => !branch || isCompilableNode(branch))
    case 'Defer':
      return false
  }
}

function isCompilableFetch({ operation, contextRewrites, variableUsages, requires }: FetchNode): boolean {
  if (contextRewrites && contextRewrites.length > 0) return false
  if (requires && variableUsages?.includes('representations')) return false
  return hasPlainNames(parse(operation))
}

/** Paths may name types, where fetches are told apart by them; this planner is not asked to. */
function isPlainElement(element: string | number): boolean {
  return typeof element === 'string' && !element.includes('|')
}

function hasPlainNames(document: DocumentNode): boolean {
  let isPlain = true
  visit(document, {
    Field({ name, alias }) {
      const key = (alias ?? name).value
      if (isInherited(key) || name.value === '__schema' || name.value === '__type') isPlain = false
    },
  })
  return isPlain
}
