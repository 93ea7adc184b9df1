import type { GraphQLError } from 'graphql'
import type { Log } from '../../shared/telemetry/log.js'
import { presentErrors } from '../errors/present-errors.js'
import type { Fetch } from '../execution/execution.js'
import type { HttpAnswer } from '../http/exchange.js'
import type { Json } from '../mesh/json.js'
import type { RequestContext } from '../request-context.js'
import type { Variables } from '../variables/coerce.js'
import type { PreparedOperation } from './prepared-operation.js'

export interface AnswerOptions {
  readonly fetch: Fetch
  readonly log: Log
}

/** Variables as a request brings them. */
export interface GivenVariables {
  readonly variables: Variables
  /** Their JSON as the client wrote it, where it is known. */
  readonly json: Json | undefined
}

/**
 * The hot tier: a request for an operation that is known, admitted as on the complete path, executed by its compiled
 * plan. The answer is the same, byte by byte.
 */
export async function answerKnown(
  operation: PreparedOperation,
  given: GivenVariables,
  context: RequestContext,
  { fetch, log }: AnswerOptions,
): Promise<HttpAnswer> {
  context.record.operationName = operation.name
  context.record.operation = operation
  context.record.isHot = true
  const pending = operation.admit(given.variables, context)
  const admitted = 'then' in pending ? await pending : pending
  if ('errors' in admitted) return withErrors(admitted.errors, undefined, context, log)
  const json = operation.takesAsGiven(given.variables) ? given.json : undefined
  const result = await operation.execution!.run(admitted.variables, fetch, json)
  if ('bytes' in result) return { status: 200, body: result.bytes }
  if (result.errors.length > 0) return withErrors(result.errors, result.data, context, log)
  return { status: 200, body: `{"data":${JSON.stringify(result.data)}}` }
}

function withErrors(
  errors: readonly GraphQLError[],
  data: Readonly<Record<string, unknown>> | null | undefined,
  context: RequestContext,
  log: Log,
): HttpAnswer {
  const { status, retryAfter, ...presented } = presentErrors(errors, data != null, context, log)
  const headers = retryAfter ? { 'retry-after': retryAfter } : undefined
  return { status, body: JSON.stringify({ ...presented, data }), ...(headers && { headers }) }
}
