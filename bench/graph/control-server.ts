import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { CONTROL, type KeyHolder, NO_LIMITS, OPEN_DELIVERY } from '../../shared/control/protocol.js'
import { generateApiKey, hashApiKey } from '../../shared/identity/api-key.js'
import { listen } from '../../shared/process/listen.js'

/**
 * As much of a registry as a gateway needs: the supergraph that the benchmark says, and keys it has made. It believes
 * whoever asks.
 */
export class ControlServer {
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  readonly #holders = new Map<string, KeyHolder>()
  #supergraph = { sdl: '', version: 0 }
  #taken: () => void = () => {}

  /** Answers its URL. */
  start(): Promise<string> {
    return listen(this.#server, { host: '127.0.0.1', port: 0 })
  }

  /** What the gateway takes into use when it asks the next time; resolves when it has, for only then it asks again. */
  publish(sdl: string): Promise<void> {
    this.#supergraph = { sdl, version: this.#supergraph.version + 1 }
    return new Promise((resolve) => {
      this.#taken = resolve
    })
  }

  /** A key of a client with these scopes. */
  key(client: string, given: Partial<KeyHolder>): string {
    const key = generateApiKey('test')
    this.#holders.set(hashApiKey(key), { ...HOLDER, keyId: client, clientId: client, client, ...given })
    return key
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const [path, search] = (request.url ?? '').split('?')
    if (path === CONTROL.supergraph) this.#sendSupergraph(request, response)
    else if (path === CONTROL.verifyKey) this.#sendHolder((JSON.parse(body) as { hash: string }).hash, response)
    else if (path === CONTROL.replicas) sendReplicas(request, response, Number(new URLSearchParams(search).get('wait')))
    else response.writeHead(200).end(path === CONTROL.quotaUsed ? '{"clients":[]}' : '{}')
  }

  #sendSupergraph(request: IncomingMessage, response: ServerResponse): void {
    const { sdl, version } = this.#supergraph
    const etag = `"${version}"`
    if (request.headers['if-none-match'] === etag) {
      this.#taken()
      response.writeHead(304, { etag }).end()
    } else response.writeHead(200, { etag, 'x-supergraph-version': String(version) }).end(sdl)
  }

  #sendHolder(hash: string, response: ServerResponse): void {
    const holder = this.#holders.get(hash)
    if (holder) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(holder))
    else response.writeHead(404).end()
  }
}

const HOLDER: KeyHolder = {
  revision: '1',
  keyId: '',
  clientId: '',
  client: '',
  environment: 'test',
  scopes: [],
  expiresAt: null,
  criticality: 'INTERNAL',
  limits: NO_LIMITS,
  delivery: OPEN_DELIVERY,
}

/** No replica but the routing URLs; a long poll is held back, for nothing ever changes. */
function sendReplicas(request: IncomingMessage, response: ServerResponse, waitMs: number): void {
  const known = request.headers['if-none-match'] !== undefined
  const send = () => {
    const headers = { etag: '"1"', 'content-type': 'application/json' }
    if (known) response.writeHead(304, headers).end()
    else response.writeHead(200, headers).end(JSON.stringify({ environment: 'test', replicas: [] }))
  }
  setTimeout(send, known ? waitMs : 0).unref()
}
