import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { CONTROL } from '../../shared/control/protocol.js'
import { listen } from '../../shared/process/listen.js'

/** Where the registry itself is named in what it answers. */
const TELLS_OF_ITSELF: readonly string[] = [CONTROL.supergraph, CONTROL.replicas]
/** Those of a hop, and what `fetch` states itself. */
const NOT_PASSED = ['connection', 'host', 'content-length', 'transfer-encoding', 'keep-alive', 'content-encoding']

/**
 * Stands before a registry and counts the GraphQL operations that it is asked, as a subgraph. What the registry answers of
 * itself names this door instead, so that gateways keep coming here.
 */
export class CountingRegistry {
  /** Operations so far; one request may carry many. */
  operations = 0
  readonly #server = createServer((request, response) => {
    this.#pass(request, response).catch(() => request.destroy())
  })
  #url = ''

  constructor(private readonly registryUrl: string) {}

  /** Answers its URL. */
  async start(): Promise<string> {
    this.#url = await listen(this.#server, { host: '127.0.0.1', port: 0 })
    return this.#url
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '', method = 'GET' } = request
    const body = await buffer(request)
    const [path = ''] = url.split('?')
    if (path === '/graphql') this.operations += [JSON.parse(body.toString()) as unknown].flat().length
    const headers = passed(Object.entries(request.headers))
    const asked = { method, headers, ...(method !== 'GET' && { body }) }
    const answer = await fetch(new URL(url, this.registryUrl), asked)
    const text = Buffer.from(await answer.arrayBuffer()).toString()
    response.writeHead(answer.status, Object.fromEntries(passed([...answer.headers])))
    response.end(TELLS_OF_ITSELF.includes(path) ? text.replaceAll(this.registryUrl, this.#url) : text)
  }
}

function passed(headers: readonly (readonly [string, unknown])[]): [string, string][] {
  return headers.flatMap(([name, value]) =>
    typeof value === 'string' && !NOT_PASSED.includes(name) ? [[name, value] as [string, string]] : [],
  )
}
