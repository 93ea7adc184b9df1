import type { IncomingHttpHeaders } from 'node:http'
import type { Variables } from '../variables/coerce.js'
import { isList } from '../variables/describe.js'
import { HttpError } from './http-error.js'
import { jsonOf } from './read-body.js'

/** A GraphQL request in its usual form. */
export interface GraphqlRequest {
  readonly query: string
  readonly operationName: string | undefined
  readonly variables: Variables
}

/** The parameters of a request by GET in the form of a body. Throws `BAD_REQUEST` where they are not JSON and have to be. */
export function bodyOfParameters(parameters: URLSearchParams): unknown {
  const given = (name: string) => parameters.get(name) ?? undefined
  const json = (name: string) => jsonOfParameter(name, given(name))
  const named = { query: given('query'), operationName: given('operationName') }
  return { ...named, variables: json('variables'), extensions: json('extensions') }
}

function jsonOfParameter(name: string, text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : jsonOf(text)
  } catch {
    throw new HttpError(400, `The parameter ${name} is not JSON.`)
  }
}

/**
 * Whether the request has a header that a page of another origin cannot send unasked, as Apollo Server demands of requests
 * by GET.
 */
export function isPreflighted(headers: IncomingHttpHeaders): boolean {
  return !!headers['apollo-require-preflight'] || !!headers['x-apollo-operation-name']
}

/** The request in a body, when it is of the usual form; anything else is for the complete tier to judge. */
export function plainRequestOf(body: unknown): GraphqlRequest | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { query, operationName, variables, extensions } = body as Readonly<Record<string, unknown>>
  if (typeof query !== 'string' || extensions != null) return undefined
  if (operationName != null && typeof operationName !== 'string') return undefined
  if (variables != null && (typeof variables !== 'object' || isList(variables))) return undefined
  return { query, operationName: operationName ?? undefined, variables: (variables ?? {}) as Variables }
}
