import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server'
import type { GraphQLFormattedError } from 'graphql'
import { ERRORS } from '../../shared/errors/table.js'
import type { Log } from '../../shared/telemetry/log.js'
import type { RequestContext } from '../request-context.js'
import { isErrorCode, presentError } from './present.js'

type Responding = GraphQLRequestContext<RequestContext>

/**
 * Gives every response its errors, status and record. A response without data takes the status of its first error from
 * the table (a bad request keeps the nearer one, such as 405); one with data is 200, whatever failed in it.
 */
export function responsePlugin(log: Log): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart() {
      return { willSendResponse: async (request) => respond(request, log) }
    },
  }
}

function respond(request: Responding, log: Log): void {
  const { contextValue, response, operationName } = request
  contextValue.record.operationName = operationName ?? undefined
  if (response.body?.kind !== 'single') return
  const result = response.body.singleResult
  if (!result.errors?.length) return
  const errors = (request.errors ?? []).map((error) => presentError(error, contextValue.requestId, log))
  contextValue.record.codes = [...new Set(errors.map(codeIn))]
  response.body.singleResult = { ...result, errors }
  response.http.status = result.data == null ? statusOf(errors[0], response.http.status) : 200
  const retryAfterMs = Number(errors[0]?.extensions?.retryAfterMs)
  if (result.data == null && retryAfterMs > 0) {
    response.http.headers.set('retry-after', String(Math.ceil(retryAfterMs / 1000)))
  }
}

function statusOf(error: GraphQLFormattedError | undefined, given: number | undefined): number {
  const code = error ? codeIn(error) : 'INTERNAL_SERVER_ERROR'
  if (code === 'BAD_REQUEST' && given !== undefined && given >= 400) return given
  return isErrorCode(code) ? ERRORS[code].http : 500
}

function codeIn(error: GraphQLFormattedError): string {
  return String(error.extensions?.code)
}
