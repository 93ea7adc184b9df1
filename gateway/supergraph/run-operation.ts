import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { RequestContext } from '../request-context.js'
import type { GatewayRequest, GatewayResult } from './gateway-interface.js'
import type { SupergraphVersion } from './supergraph-version.js'

/**
 * Runs a validated operation on its supergraph version, on the complete path: the request is admitted, and only then is
 * the operation planned and anything fetched. Apollo's plugins run beside each other and cannot keep this order; so it
 * stands here. From then on the operation is known to the hot tier.
 */
export async function runOperation(version: SupergraphVersion, request: GatewayRequest): Promise<GatewayResult> {
  const { document, operation, source } = request
  const { operationName, variables: given } = request.request
  if (!operation) return { errors: [noOperation(operationName)] }
  const context = request.context as RequestContext
  const prepared = version.prepare(document, operation)
  context.record.operation = prepared
  const admitted = await prepared.admit(given ?? {}, context)
  if ('errors' in admitted) return { errors: admitted.errors }
  return version.hold(async () => {
    const planning = context.span?.child('plan')
    const execution = await prepared.plan()
    planning?.end()
    version.known.remember(source, operationName, prepared)
    const result = await execution.run(admitted.variables, (fetch) => version.fetch(fetch, context))
    return 'bytes' in result ? (JSON.parse(result.bytes.toString('utf8')) as GatewayResult) : withoutNothing(result)
  })
}

function withoutNothing({ data, errors }: GatewayResult): GatewayResult {
  return errors?.length ? { errors, data } : { data }
}

function noOperation(name: string | undefined): ModelgraphError {
  const message = name
    ? `The document has no operation named ${name}.`
    : 'The document has several operations; name the one to run in `operationName`.'
  return new ModelgraphError('BAD_REQUEST', message)
}
