import type { FetchNode } from '@apollo/query-planner'
import { parse, visit } from 'graphql'
import type { MeshRequest } from '../mesh/mesh.js'
import type { Variables } from '../variables/coerce.js'
import { failedFields } from './failed-fields.js'
import type { PlanParts } from './plan-parts.js'

/** What a fetch sends and asks for, as far as it is the same for every request. */
export interface PreparedFetch extends Pick<MeshRequest, 'subgraph' | 'operation'> {
  /** The variables that the fetch uses as members of a JSON object, without braces; empty for none. */
  variables(given: Variables): string
  /** Keys of the fields it asks for, of the query or of each entity: those that stay empty when it fails. */
  readonly keys: readonly string[]
}

/** Prepares a fetch of a plan. Throws when the supergraph has no such subgraph. */
export function prepareFetch(node: FetchNode, { subgraphs, predicting }: PlanParts): PreparedFetch {
  const { operation: query, operationName, operationKind } = node
  const subgraph = subgraphs.get(node.serviceName)
  if (!subgraph) throw new Error(`The plan asks the subgraph ${node.serviceName}, which the supergraph does not have.`)
  const kind = operationKind === 'mutation' ? 'mutation' : 'query'
  const json = JSON.stringify({ query, operationName }).slice(1, -1)
  const variables = memberWriter(node.variableUsages ?? [])
  const isShareable = kind === 'query' && !asksFor(predicting, query)
  return { subgraph, operation: { kind, query, isShareable, json }, variables, keys: keysOf(node) }
}

function memberWriter(names: readonly string[]): PreparedFetch['variables'] {
  const prefixes = names.map((name) => [name, `${JSON.stringify(name)}:`] as const)
  return (given) => {
    let members = ''
    for (const [name, prefix] of prefixes) {
      const value = given[name]
      if (value !== undefined) members += (members && ',') + prefix + JSON.stringify(value)
    }
    return members
  }
}

/** Whether a document has a field of one of these names anywhere. */
function asksFor(names: ReadonlySet<string>, query: string): boolean {
  let found = false
  visit(parse(query), {
    Field({ name }) {
      found ||= names.has(name.value)
    },
  })
  return found
}

function keysOf({ operation, requires }: FetchNode): string[] {
  const paths = failedFields(operation, requires && { representations: [null] })
  return paths.map((path) => String(path.at(-1)))
}
