import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import { isObject } from './graphql-request.js'

export interface FormattedErrors {
  /** The HTTP status that an error asks for, or 200. */
  readonly status: number
  readonly formatted: readonly GraphQLFormattedError[]
}

/** Gives errors of an execution the form that Apollo Server gives them: a code for each, `extensions.http` heeded and left out. */
export function formatErrors(errors: readonly GraphQLError[]): FormattedErrors {
  let status = 200
  const formatted = errors.map((error) => {
    const { http, ...extensions } = error.extensions
    if (isObject(http) && typeof http.status === 'number') status = http.status
    return { ...error.toJSON(), extensions: { ...extensions, code: extensions.code ?? 'INTERNAL_SERVER_ERROR' } }
  })
  return { status, formatted }
}
