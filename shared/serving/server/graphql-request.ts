import { ModelgraphError } from '../../errors/modelgraph-error.js'

/** One GraphQL operation, as it came. */
export interface GraphqlRequest {
  readonly query?: string
  readonly operationName?: string
  readonly variables?: Record<string, unknown>
  readonly extensions?: Record<string, unknown>
}

/** Checks the form of one operation; `BAD_REQUEST` names what is not as it should be. */
export function graphqlRequestOf(json: unknown): GraphqlRequest {
  if (!isObject(json)) throw malformed('operation', 'an object', json)
  const { query, operationName, variables, extensions } = json
  if (query != null && typeof query !== 'string') throw malformed('query', 'a string', query)
  if (operationName != null && typeof operationName !== 'string') {
    throw malformed('operationName', 'a string', operationName)
  }
  if (variables != null && !isObject(variables)) throw malformed('variables', 'an object', variables)
  if (extensions != null && !isObject(extensions)) throw malformed('extensions', 'an object', extensions)
  return {
    query: query ?? undefined,
    operationName: operationName ?? undefined,
    variables: variables ?? undefined,
    extensions: extensions ?? undefined,
  } as GraphqlRequest
}

/** `BAD_REQUEST`: a place of the request does not hold what it should. */
export function malformed(path: string, expected: string, value: unknown): ModelgraphError {
  const received = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`
  const message = `The ${path} of the GraphQL request is wrong: expected ${expected}, received ${received}.`
  return new ModelgraphError('BAD_REQUEST', message, { path, expected, received })
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
