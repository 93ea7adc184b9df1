import type { FetchNode } from '@apollo/query-planner'
import type { MeshRequest, Subgraph } from '../mesh/mesh.js'
import type { Variables } from '../variables/coerce.js'
import { failedFields } from './failed-fields.js'

/** What a fetch sends and asks for, as far as it is the same for every request. */
export interface PreparedFetch extends Pick<MeshRequest, 'subgraph' | 'operation'> {
  /** The variables that the fetch uses as members of a JSON object, without braces; empty for none. */
  variables(given: Variables): string
  /** Keys of the fields it asks for, of the query or of each entity: those that stay empty when it fails. */
  readonly keys: readonly string[]
}

/** Prepares a fetch of a plan. Throws when the supergraph has no such subgraph. */
export function prepareFetch(node: FetchNode, subgraphs: ReadonlyMap<string, Subgraph>): PreparedFetch {
  const { operation: query, operationName, operationKind } = node
  const subgraph = subgraphs.get(node.serviceName)
  if (!subgraph) throw new Error(`The plan asks the subgraph ${node.serviceName}, which the supergraph does not have.`)
  const kind = operationKind === 'mutation' ? 'mutation' : 'query'
  const json = JSON.stringify({ query, operationName }).slice(1, -1)
  const variables = memberWriter(node.variableUsages ?? [])
  return { subgraph, operation: { kind, query, json }, variables, keys: keysOf(node) }
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

function keysOf({ operation, requires }: FetchNode): string[] {
  const paths = failedFields(operation, requires && { representations: [null] })
  return paths.map((path) => String(path.at(-1)))
}
