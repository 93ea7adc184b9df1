import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import { ERRORS } from '../../shared/errors/table.js'
import type { Log } from '../../shared/telemetry/log.js'
import type { RequestContext } from '../request-context.js'
import { isErrorCode, presentError } from './present.js'

/** The errors of a response as its client sees them. */
export interface PresentedErrors {
  readonly errors: readonly GraphQLFormattedError[]
  readonly status: number
  /** Value of `retry-after`, in seconds, where trying again may help. */
  readonly retryAfter: string | undefined
}

/**
 * Presents the errors of a response, and notes their codes for the log. A response without data takes the status of its
 * first error from the table (a bad request keeps the nearer one, such as 405); one with data is 200, whatever failed in it.
 */
export function presentErrors(
  errors: readonly GraphQLError[],
  hasData: boolean,
  { requestId, record }: RequestContext,
  log: Log,
  nearer?: number,
): PresentedErrors {
  const presented = errors.map((error) => presentError(error, requestId, log))
  record.codes = [...new Set(presented.map(codeIn))]
  if (hasData) return { errors: presented, status: 200, retryAfter: undefined }
  return { errors: presented, status: statusOf(presented[0], nearer), retryAfter: retryAfterOf(presented[0]) }
}

/** Value of `retry-after`, in seconds, for an error that says when trying again may help. */
export function retryAfterOf(error: GraphQLFormattedError | undefined): string | undefined {
  const milliseconds = Number(error?.extensions?.retryAfterMs)
  return milliseconds > 0 ? String(Math.ceil(milliseconds / 1000)) : undefined
}

function statusOf(error: GraphQLFormattedError | undefined, given: number | undefined): number {
  const code = error ? codeIn(error) : 'INTERNAL_SERVER_ERROR'
  if (code === 'BAD_REQUEST' && given !== undefined && given >= 400) return given
  return isErrorCode(code) ? ERRORS[code].http : 500
}

function codeIn(error: GraphQLFormattedError): string {
  return String(error.extensions?.code)
}
