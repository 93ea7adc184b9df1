import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import { ERRORS, type ErrorCode } from '../../shared/errors/table.js'
import type { Log } from '../../shared/telemetry/log.js'

/** Codes of Apollo's that mean one of ours. */
const FOREIGN_CODES: Readonly<Record<string, ErrorCode>> = {
  INVALID_GRAPHQL: 'GRAPHQL_VALIDATION_FAILED',
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_REQUEST',
}

/** Extensions that are for servers, never for clients. */
const PRIVATE_EXTENSIONS = new Set(['http', 'stacktrace', 'exception', 'serviceName'])

/**
 * An error as clients see it. A code of the table passes with its message and details, `subgraph` saying which one it came
 * from; everything else is masked as `INTERNAL_SERVER_ERROR` with the request id, and logged with its cause. Nothing
 * here ever holds a stack.
 */
export function presentError(error: GraphQLError, requestId: string, log: Log): GraphQLFormattedError {
  const code = codeOf(error)
  const { message, path, locations } = error.toJSON()
  const place = { ...(locations && { locations }), ...(path && { path }) }
  if (code) return { message, ...place, extensions: { ...detailsOf(error), code } }
  log.error({ requestId, subgraph: error.extensions.serviceName, err: causeOf(error) }, 'masked an error')
  const masked = 'Something went wrong on our side; tell us the request id.'
  return { message: masked, ...place, extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } }
}

/**
 * The code of an error if a client may see it as it is. A subgraph that calls the caller unauthenticated distrusts the
 * gateway's signature: a fault of ours, not of the caller.
 */
function codeOf({ extensions }: GraphQLError): ErrorCode | undefined {
  const given = String(extensions.code)
  const code = Object.hasOwn(FOREIGN_CODES, given) ? FOREIGN_CODES[given] : given
  if (code === undefined || !isErrorCode(code)) return undefined
  if (code === 'INTERNAL_SERVER_ERROR' && !extensions.serviceName) return undefined
  return code === 'UNAUTHENTICATED' && extensions.serviceName ? undefined : code
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code)
}

function detailsOf({ extensions }: GraphQLError): Record<string, unknown> {
  const details = Object.fromEntries(Object.entries(extensions).filter(([name]) => !PRIVATE_EXTENSIONS.has(name)))
  return extensions.serviceName ? { ...details, subgraph: extensions.serviceName } : details
}

function causeOf(error: GraphQLError): unknown {
  return error.originalError ?? error
}
