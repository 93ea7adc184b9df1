/**
 * Name of the client's operation that a request is for. The gateway's query planner names its requests
 * `<operation>__<subgraph>__<number of the fetch>`; null for an anonymous operation.
 */
export function operationOf(body: unknown): string | null {
  const name = (body as { operationName?: unknown } | null | undefined)?.operationName
  if (typeof name !== 'string' || name === '') return null
  return name.replace(/__[\w-]+__\d+$/, '').slice(0, LONGEST_NAME) || null
}

const LONGEST_NAME = 200
