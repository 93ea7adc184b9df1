import { GraphQLError } from 'graphql'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { ERRORS } from '../../shared/errors/table.js'
import { HttpError } from './http-error.js'

/** An error that ends a request outside of GraphQL's execution, and the status of the response. */
export interface Refusal {
  readonly error: GraphQLError
  readonly status: number
}

/** What a request is refused with, from whatever its handling has thrown. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof HttpError) return { error: thrown, status: thrown.status }
  if (thrown instanceof ModelgraphError) return { error: thrown, status: thrown.httpStatus }
  if (thrown instanceof GraphQLError && thrown.extensions.code === 'GRAPHQL_PARSE_FAILED') {
    return { error: thrown, status: ERRORS.GRAPHQL_PARSE_FAILED.http }
  }
  return { error: new GraphQLError('masked', { originalError: thrown as Error }), status: 500 }
}
