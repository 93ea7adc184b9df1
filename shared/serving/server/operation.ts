/**
 * Name of the client's operation, out of the name of an operation that came here. The gateway's query planner names its
 * requests `<operation>__<subgraph>__<number of the fetch>`; null for an anonymous operation.
 */
export function operationOf(name: string | undefined): string | null {
  if (name === undefined || name === '') return null
  return name.replace(/__[\w-]+__\d+$/, '').slice(0, LONGEST_NAME) || null
}

const LONGEST_NAME = 200
