import { randomUUID } from 'node:crypto'
import { HttpServer } from '../../shared/http/http-server.js'
import { streamOf } from '../../shared/http/receive-body.js'
import { REQUEST_ID_HEADER } from '../../shared/identity/claims.js'
import type { Log } from '../../shared/telemetry/log.js'
import type { Provenance } from '../delivery/provenance.js'
import { presentError } from '../errors/present.js'
import { retryAfterOf } from '../errors/present-errors.js'
import type { Authenticate } from '../identity/authenticate.js'
import { bearerOf } from '../identity/bearer.js'
import type { EndedRequest } from '../usage/used.js'
import { crossOriginHeaders } from './cross-origin.js'
import type { Door, Enter } from './door.js'
import { callerOf, Exchange, type HttpAnswer } from './exchange.js'
import { HttpError } from './http-error.js'
import { refusalOf } from './refusal.js'
import { requestIdOf } from './request-id.js'
import { endedRequest, endSpan, logRequest } from './request-log.js'
import { type Route, Routes } from './routes.js'
import { type DiscardLimits, discardRest } from './unread-body.js'

export interface HttpServerOptions {
  readonly routes: readonly Route[]
  readonly authenticate: Authenticate
  readonly door: Pick<Door, 'meet'>
  readonly provenance: Provenance
  /** More are closed as they come. */
  readonly maxConnections: number
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds from any fixed point, never going back, with a fraction. */
  readonly monotonic: () => number
  /** Told of every request to GraphQL when its response has left, or its client. */
  readonly onEnded: (ended: EndedRequest) => void
  /** Told of every request when it begins, and when its response has left, or its client. */
  readonly requests: { begin(): void; close(): void }
}

/** Longest time a client may take to send a request, in milliseconds; artifacts included. */
const REQUEST_TIMEOUT_MS = 15 * 60_000

/** How long a connection may be idle, in milliseconds: longer than load balancers keep theirs. */
const KEEP_ALIVE_MS = 72_000

/** What a client may still send of a request that has been refused, before it is answered. */
const UNREAD: DiscardLimits = { bytes: 50_000_000, milliseconds: 5_000 }

/** An HTTP server that names every request, asks who calls, logs it, and refuses in the shape of GraphQL errors. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const routes = new Routes(options.routes)
  const { door, log, now, monotonic, onEnded, requests } = options
  const onClosed = (exchange: Exchange) => {
    requests.close()
    endSpan(exchange)
    logRequest(exchange, log, now)
    if (exchange.route === '/graphql') onEnded(endedRequest(exchange, monotonic()))
  }
  const enter: Enter = (request, response, caller, waitedMs) => {
    requests.begin()
    const requestId = requestIdOf(request.headers, randomUUID)
    const start = { requestId, startedAt: now() - Math.round(waitedMs), startedTick: monotonic() - waitedMs, onClosed }
    const exchange = new Exchange(request, response, start)
    exchange.caller = caller
    void answer(exchange, routes, options).then((answered) => respond(exchange, answered))
  }
  const connections = { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS, directPath: '/graphql' }
  const server = new HttpServer(connections, (request, response) => door.meet(request, response, enter))
  server.maxConnections = options.maxConnections
  return server
}

/** Never rejects: whatever is thrown becomes a refusal. */
async function answer(
  exchange: Exchange,
  routes: Routes,
  { authenticate, provenance, log }: HttpServerOptions,
): Promise<HttpAnswer> {
  try {
    const route = routes.find(exchange.request.method, exchange.path)
    if (!route) throw notFound(exchange)
    exchange.route = route.path
    if (!route.open) {
      exchange.caller ??= await authenticate(bearerOf(exchange.request))
      admit(exchange, provenance)
    }
    return await route.answer(exchange)
  } catch (thrown) {
    return refuse(thrown, exchange, log)
  }
}

function admit(exchange: Exchange, provenance: Provenance): void {
  const { delivery } = callerOf(exchange).terms
  exchange.isForeign = !provenance.admitsOrigin(exchange.request.headers.origin, delivery)
  provenance.admit(exchange.request, delivery)
}

async function refuse(thrown: unknown, exchange: Exchange, log: Log): Promise<HttpAnswer> {
  const { error, status } = refusalOf(thrown)
  const presented = presentError(error, exchange.requestId, log)
  exchange.record.codes = [String(presented.extensions?.code)]
  const retryAfter = retryAfterOf(presented)
  if (!exchange.request.complete) await discardRest(streamOf(exchange.request), UNREAD)
  return {
    status,
    body: JSON.stringify({ errors: [presented] }),
    headers: retryAfter ? { 'retry-after': retryAfter } : {},
  }
}

const JSON_TYPE = 'application/json; charset=utf-8'

function respond(exchange: Exchange, { status, body, type = JSON_TYPE, headers }: HttpAnswer): void {
  const { response, requestId, record } = exchange
  const named: Record<string, string> = {
    'content-type': type,
    // An answer depends on who asks.
    'cache-control': 'no-store',
    'content-length': String(Buffer.byteLength(body)),
    [REQUEST_ID_HEADER]: requestId,
  }
  for (const more of [record.headers, crossOriginHeaders(exchange), headers]) if (more) Object.assign(named, more)
  response.writeHead(status, listed(named))
  if (typeof body === 'string') response.end(body, 'utf8')
  else if (body.length <= COPIED_BYTES) response.end(body.toString('latin1'), 'latin1')
  else response.end(body, 'latin1')
}

function listed(headers: Readonly<Record<string, string>>): string[] {
  const list: string[] = []
  for (const name in headers) list.push(name, headers[name]!)
  return list
}

/** Head and text are written together, but head and bytes one after the other; so small bodies travel as text. */
const COPIED_BYTES = 16_384

function notFound({ request, path }: Exchange): HttpError {
  return new HttpError(404, `There is no ${request.method} ${path.slice(0, 200)} here; ask POST /graphql.`, 'NOT_FOUND')
}
