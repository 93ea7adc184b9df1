import { GraphQLError } from 'graphql'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { RequestContext } from '../request-context.js'
import type { GatewayRequest, GatewayResult } from './gateway-interface.js'
import type { SupergraphVersion } from './supergraph-version.js'

/**
 * Runs a validated operation on its supergraph version, on the complete path: the request is admitted, and only then is
 * anything fetched. Apollo's plugins run beside each other and cannot keep this order; so it stands here.
 */
export async function runOperation(version: SupergraphVersion, request: GatewayRequest): Promise<GatewayResult> {
  const { document, operation } = request
  if (!operation) return { errors: [noOperation(request.request.operationName)] }
  const prepared = version.prepare(document, operation)
  const admitted = await prepared.admit(request.request.variables ?? {}, request.context as RequestContext)
  if ('errors' in admitted) return { errors: admitted.errors }
  return withCompletionErrors(await version.run(request))
}

function noOperation(name: string | undefined): ModelgraphError {
  const message = name
    ? `The document has no operation named ${name}.`
    : 'The document has several operations; name the one to run in `operationName`.'
  return new ModelgraphError('BAD_REQUEST', message)
}

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
