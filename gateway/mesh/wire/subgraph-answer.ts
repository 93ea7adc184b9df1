/** A GraphQL response as a subgraph sends it. */
export interface SubgraphAnswer {
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly SubgraphError[]
  readonly extensions?: Record<string, unknown>
}

export interface SubgraphError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Record<string, unknown>
}

/** Whether a parsed value is a GraphQL response: data, errors, or both. */
export function isAnswer(value: unknown): value is SubgraphAnswer {
  if (typeof value !== 'object' || value === null) return false
  const { data, errors: list } = value as { data?: unknown; errors?: unknown }
  const sound = list === undefined || (Array.isArray(list) && list.every(isError))
  return sound && (typeof data === 'object' || (data === undefined && Array.isArray(list) && list.length > 0))
}

/** Whether a response says of each of its errors that the subgraph has too much to do, and when to come back. */
export function isOverloaded({ errors = [] }: SubgraphAnswer): boolean {
  return errors.length > 0 && errors.every(({ extensions }) => saysOverloaded(extensions))
}

function saysOverloaded(extensions: Record<string, unknown> | undefined): boolean {
  return extensions?.code === 'OVERLOADED' && typeof extensions.retryAfterMs === 'number'
}

function isError(value: unknown): value is SubgraphError {
  return typeof value === 'object' && value !== null && typeof (value as { message?: unknown }).message === 'string'
}
