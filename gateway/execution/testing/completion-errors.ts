import { GraphQLError } from 'graphql'
import type { GatewayResult } from '../../supergraph/gateway-interface.js'

/**
 * A subgraph that answers null for a non-null field, and no error, leaves a hole that Apollo reports beside the errors
 * only. A client must never take it for an answer.
 */
export function withCompletionErrors(result: GatewayResult): GatewayResult {
  const holes = result.extensions?.valueCompletion as readonly GraphQLError[] | undefined
  if (!holes) return result
  const errors = holes.map(({ message, path }) => new GraphQLError(message, { path }))
  return { data: result.data, errors: [...(result.errors ?? []), ...errors] }
}
