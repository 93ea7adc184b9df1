import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server'
import type { Log } from '../../shared/telemetry/log.js'
import type { RequestContext } from '../request-context.js'
import { presentErrors } from './present-errors.js'

type Responding = GraphQLRequestContext<RequestContext>

/** Gives every response of Apollo Server its errors, status and record. */
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
  const hasData = result.data != null
  const presented = presentErrors(request.errors ?? [], hasData, contextValue, log, response.http.status)
  response.body.singleResult = { ...result, errors: presented.errors }
  response.http.status = presented.status
  if (presented.retryAfter) response.http.headers.set('retry-after', presented.retryAfter)
}
