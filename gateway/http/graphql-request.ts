import type { Variables } from '../variables/coerce.js'

/** A GraphQL request in its usual form. */
export interface GraphqlRequest {
  readonly query: string
  readonly operationName: string | undefined
  readonly variables: Variables
}

/** The request in a body, when it is of the usual form; anything else is for the complete tier to judge. */
export function plainRequestOf(body: unknown): GraphqlRequest | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { query, operationName, variables, extensions } = body as Readonly<Record<string, unknown>>
  if (typeof query !== 'string' || extensions != null) return undefined
  if (operationName != null && typeof operationName !== 'string') return undefined
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables))) return undefined
  return { query, operationName: operationName ?? undefined, variables: (variables ?? {}) as Variables }
}
