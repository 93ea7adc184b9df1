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
  const retryAfterMs = Number(presented[0]?.extensions?.retryAfterMs)
  const retryAfter = retryAfterMs > 0 ? String(Math.ceil(retryAfterMs / 1000)) : undefined
  return { errors: presented, status: statusOf(presented[0], nearer), retryAfter }
}

function statusOf(error: GraphQLFormattedError | undefined, given: number | undefined): number {
  const code = error ? codeIn(error) : 'INTERNAL_SERVER_ERROR'
  if (code === 'BAD_REQUEST' && given !== undefined && given >= 400) return given
  return isErrorCode(code) ? ERRORS[code].http : 500
}

function codeIn(error: GraphQLFormattedError): string {
  return String(error.extensions?.code)
}
