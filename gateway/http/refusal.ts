import { GraphQLError } from 'graphql'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { ERRORS } from '../../shared/errors/table.js'

/** An error that ends a request outside of GraphQL's execution, and the status of the response. */
export interface Refusal {
  readonly error: GraphQLError
  readonly status: number
}

interface HttpError {
  readonly code?: string
  readonly statusCode?: number
}

/** What a request is refused with, from whatever its handling has thrown. */
export function refusalOf(thrown: unknown, bodyLimitBytes: number): Refusal {
  if (thrown instanceof ModelgraphError) return { error: thrown, status: thrown.httpStatus }
  if (thrown instanceof GraphQLError && thrown.extensions.code === 'GRAPHQL_PARSE_FAILED') {
    return { error: thrown, status: ERRORS.GRAPHQL_PARSE_FAILED.http }
  }
  const { code, statusCode = 500 } = thrown as HttpError
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return refusal(tooLarge(bodyLimitBytes))
  if (statusCode < 500) return { error: new ModelgraphError('BAD_REQUEST', badRequest(code)), status: statusCode }
  return { error: new GraphQLError('masked', { originalError: thrown as Error }), status: 500 }
}

function refusal(error: ModelgraphError): Refusal {
  return { error, status: error.httpStatus }
}

function tooLarge(limit: number): ModelgraphError {
  return new ModelgraphError('PAYLOAD_TOO_LARGE', `The request body may have ${limit} bytes.`, { limit })
}

function badRequest(code: string | undefined): string {
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return 'Send the request as `content-type: application/json`.'
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return 'The request has no body; send `{"query": "…"}`.'
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return 'The body is not as long as its content-length says.'
    default:
      return 'The body is not JSON. NaN and Infinity are not JSON either.'
  }
}
