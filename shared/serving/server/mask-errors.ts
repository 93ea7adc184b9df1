import type { ApolloServerPlugin } from '@apollo/server'
import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { Log } from '../../telemetry/log.js'
import type { SubgraphContext } from '../context.js'

/** The coded error that stands for one of a subgraph's own, such as a database that does not answer; undefined for none. */
export type RecogniseError = (cause: unknown) => ModelgraphError | undefined

/** How errors without a code leave. */
export interface Masking {
  readonly log: Log
  /** Gives errors of the subgraph's own a code. */
  readonly recognise?: RecogniseError
}

/** Masks the errors of Apollo Server's answers. */
export function maskErrors(masking: Masking): ApolloServerPlugin<SubgraphContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response: { body }, errors = [], contextValue: { requestId } }) {
          if (body.kind !== 'single' || !body.singleResult.errors) return
          body.singleResult.errors = maskFormatted(body.singleResult.errors, errors, requestId, masking)
        },
      }
    },
  }
}

/**
 * Lets coded errors pass as they are. Any other becomes what it is recognised as, or `INTERNAL_SERVER_ERROR` with the
 * request id, and is logged once under that id with its cause. `errors` are those that were formatted, in order.
 */
export function maskFormatted(
  formatted: readonly GraphQLFormattedError[],
  errors: readonly (GraphQLError | undefined)[],
  requestId: string,
  masking: Masking,
): GraphQLFormattedError[] {
  return formatted.map((each, index) => (isCoded(each) ? each : masked(each, errors[index], requestId, masking)))
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
  { log, recognise }: Masking,
): GraphQLFormattedError {
  const cause = error?.originalError ?? error
  log.error({ requestId, path: formatted.path, err: cause }, 'resolver failed')
  return { ...formatted, ...(recognise?.(cause) ?? internalError(requestId)).toJSON(), path: formatted.path }
}

function internalError(requestId: string): ModelgraphError {
  const message = `Something went wrong on our side; it is logged under the request id ${requestId}.`
  return new ModelgraphError('INTERNAL_SERVER_ERROR', message, { requestId })
}
