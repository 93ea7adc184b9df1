/** An answer of the graph, as a client sees it. */
export interface GraphAnswer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: answers are read field by field in the tests
  readonly data: any
  readonly errors: readonly GraphAnswerError[]
  readonly text: string
}

export interface GraphAnswerError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string }
}

export type Ask = (query: string, variables?: Readonly<Record<string, unknown>>) => Promise<GraphAnswer>

/** Asks the graph as one client does: one key, JSON over HTTP. */
export function graphClient(gatewayUrl: string, key: string): Ask {
  return async (query, variables = {}) =>
    post(gatewayUrl, JSON.stringify({ query, variables }), { authorization: `Bearer ${key}` })
}

/** Sends bytes as they are, for what a well-behaved client would never send. */
export async function post(gatewayUrl: string, body: string, headers: Record<string, string>): Promise<GraphAnswer> {
  const response = await fetch(new URL('/graphql', gatewayUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
  const text = await response.text()
  const json = parsed(text)
  return { status: response.status, headers: response.headers, data: json?.data, errors: json?.errors ?? [], text }
}

function parsed(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
