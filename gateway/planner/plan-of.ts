import { operationFromDocument } from '@apollo/federation-internals'
import type { ApolloGateway } from '@apollo/gateway'
import type { QueryPlan } from '@apollo/query-planner'
import type { DocumentNode } from 'graphql'

/**
 * The plan of an operation, made by the planner of a loaded gateway as the gateway itself makes it, without its cache.
 * Planning takes from tenths of a millisecond to seconds of this thread. Throws when the gateway has no supergraph, and
 * for an operation that has no plan. The only place that reaches into the gateway.
 */
export function planOf(gateway: ApolloGateway, document: DocumentNode, operationName: string | undefined): QueryPlan {
  const { queryPlanner } = gateway.__testing()
  if (!queryPlanner) throw new Error('The gateway has no supergraph to plan on.')
  const schema = queryPlanner.supergraph.apiSchema()
  const operation = operationFromDocument(schema, document, operationName === undefined ? {} : { operationName })
  return queryPlanner.buildQueryPlan(operation)
}
