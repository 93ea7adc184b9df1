import { GraphQLError } from 'graphql'
import type { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { SubgraphError } from '../mesh/wire/subgraph-answer.js'
import type { ResponsePath } from './failed-fields.js'

/** An error of a subgraph's answer at its place in ours, with the name of the subgraph. */
export function subgraphError(error: SubgraphError, subgraph: string, path: ResponsePath | undefined): GraphQLError {
  // Apollo Server would take the status of our response from `extensions.http`; a subgraph has no say in it.
  const { http: _, ...extensions } = error.extensions ?? {}
  return new GraphQLError(error.message || `Error while fetching subquery from service "${subgraph}"`, {
    originalError: error as Error,
    ...(path && { path }),
    extensions: { ...extensions, serviceName: subgraph, code: extensions.code ?? 'DOWNSTREAM_SERVICE_ERROR' },
  })
}

/** The error of a fetch that has no answer, at one of the fields it asked for. */
export function fetchError(error: ModelgraphError, subgraph: string, path: ResponsePath): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    path,
    extensions: { ...error.extensions, subgraph, serviceName: subgraph },
  })
}

/** The error of a fetch that went wrong in ourselves, or by an answer that is none: for the log, masked before clients. */
export function unexpectedError(error: unknown): GraphQLError {
  const cause = error instanceof Error ? error : new Error(String(error))
  return cause instanceof GraphQLError ? cause : new GraphQLError(cause.message, { originalError: cause })
}
