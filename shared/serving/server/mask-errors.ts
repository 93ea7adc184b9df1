import type { ApolloServerPlugin } from '@apollo/server'
import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { Log } from '../../telemetry/log.js'
import type { SubgraphContext } from '../context.js'

/** The coded error that stands for one of a subgraph's own, such as a database that does not answer; undefined for none. */
export type RecogniseError = (cause: unknown) => ModelgraphError | undefined

/**
 * Lets coded errors pass as they are. Any other becomes what it is recognised as, or `INTERNAL_SERVER_ERROR` with the
 * request id, and is logged once under that id with its cause.
 */
export function maskErrors(log: Log, recognise: RecogniseError = () => undefined): ApolloServerPlugin<SubgraphContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response: { body }, errors = [], contextValue: { requestId } }) {
          if (body.kind !== 'single' || !body.singleResult.errors) return
          body.singleResult.errors = body.singleResult.errors.map((formatted, index) =>
            isCoded(formatted) ? formatted : masked(formatted, errors[index], requestId, log, recognise),
          )
        },
      }
    },
  }
}

/** The same for an error outside GraphQL. */
export function maskError(error: unknown, requestId: string, log: Log): ModelgraphError {
  if (error instanceof ModelgraphError) return error
  log.error({ requestId, err: error }, 'request failed')
  return internalError(requestId)
}

function isCoded({ extensions }: GraphQLFormattedError): boolean {
  return extensions?.code !== 'INTERNAL_SERVER_ERROR'
}

function masked(
  formatted: GraphQLFormattedError,
  error: GraphQLError | undefined,
  requestId: string,
  log: Log,
  recognise: RecogniseError,
): GraphQLFormattedError {
  const cause = error?.originalError ?? error
  log.error({ requestId, path: formatted.path, err: cause }, 'resolver failed')
  return { ...formatted, ...(recognise(cause) ?? internalError(requestId)).toJSON(), path: formatted.path }
}

function internalError(requestId: string): ModelgraphError {
  const message = `Something went wrong on our side; it is logged under the request id ${requestId}.`
  return new ModelgraphError('INTERNAL_SERVER_ERROR', message, { requestId })
}
