import { GraphQLError } from 'graphql'
import { ERRORS, type ErrorCode } from './table.js'

/** What an error may tell its reader beside the message. Everything here reaches the client: no secrets, no sensitive values. */
export interface ErrorDetails {
  /** Where, in the words of the request: `input.amount`, `inputs.7.amount`. */
  readonly path?: string
  /** What would have been right: `a number ≥ 0 EUR`. */
  readonly expected?: string
  /** What came instead, shortened; `[redacted]` for a sensitive feature. */
  readonly received?: string
  readonly retryAfterMs?: number
  /** Further facts as fields: ids, versions, counts. */
  readonly [field: string]: unknown
}

/**
 * The one error class. It is a GraphQLError, so resolvers throw it as it is; `extensions` carries the code of the table
 * and the details. The cause is for the log and is never serialised.
 */
export class ModelgraphError extends GraphQLError {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, {
      extensions: { code, ...details },
      ...(cause === undefined ? {} : { originalError: asError(cause) }),
    })
    this.name = 'ModelgraphError'
    this.code = code
    this.details = details
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable
  }

  get httpStatus(): number {
    return ERRORS[this.code].http
  }
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause))
}
