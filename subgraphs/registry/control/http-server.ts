import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { REQUEST_ID_HEADER } from '../../../shared/identity/claims.js'
import { requestIdOf } from '../../../shared/serving/server/identify.js'
import { maskError } from '../../../shared/serving/server/mask-errors.js'
import type { Log } from '../../../shared/telemetry/log.js'
import type { OnAnswered } from '../telemetry/registry-metrics.js'
import { type HttpAnswer, json, type Route } from './answer.js'
import { databaseUnreachable } from './database-error.js'

export interface HttpServerOptions {
  /** By `METHOD /path`; one that ends in `/` takes the rest of the path as its argument. */
  readonly routes: Readonly<Record<string, Route>>
  readonly log: Log
  /** Aborts when the server stops, so that long polls answer. */
  readonly stopping: AbortSignal
  readonly onAnswered: OnAnswered
}

/** HTTP without a framework: a table of routes, coded errors, streams in and out. */
export function createHttpServer(options: HttpServerOptions): Server {
  return createServer((message, response) => void respond(message, response, options))
}

async function respond(message: IncomingMessage, response: ServerResponse, options: HttpServerOptions): Promise<void> {
  const requestId = requestIdOf(message)
  const startedAt = performance.now()
  const found = findRoute(message, options.routes)
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, options.stopping])
  const answer = await answerTo(message, found, requestId, signal, options).catch((error) =>
    failure(maskError(databaseUnreachable(error) ?? error, requestId, options.log)),
  )
  options.onAnswered(found?.key ?? 'none', answer.status, performance.now() - startedAt)
  await send(answer, message, response, requestId).catch((error) => {
    options.log.debug({ requestId, err: error }, 'the caller has gone')
    response.destroy()
  })
}

async function answerTo(
  message: IncomingMessage,
  found: FoundRoute | undefined,
  requestId: string,
  signal: AbortSignal,
  { routes }: HttpServerOptions,
): Promise<HttpAnswer> {
  if (!found) throw new ModelgraphError('NOT_FOUND', `There is nothing here; try ${Object.keys(routes).join(', ')}.`)
  const { route, query, rest } = found
  return route({ message, requestId, query, rest, signal })
}

interface FoundRoute {
  /** `METHOD /path` as it is declared. */
  readonly key: string
  readonly route: Route
  readonly query: URLSearchParams
  readonly rest: string
}

function findRoute(
  { method, url: given }: IncomingMessage,
  routes: HttpServerOptions['routes'],
): FoundRoute | undefined {
  if (!URL.canParse(given ?? '/', 'http://registry')) return undefined
  const url = new URL(given ?? '/', 'http://registry')
  const asked = `${method} ${url.pathname}`
  const prefix = asked.slice(0, asked.lastIndexOf('/') + 1)
  const key = Object.hasOwn(routes, asked) ? asked : prefix
  const route = Object.hasOwn(routes, key) ? routes[key] : undefined
  return route && { key, route, query: url.searchParams, rest: asked.slice(key.length) }
}

async function send(
  { status, headers, body = '' }: HttpAnswer,
  message: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> {
  if (!message.complete) endConnection(message, response)
  const length = typeof body === 'string' && status !== 304 ? { 'content-length': Buffer.byteLength(body) } : {}
  response.writeHead(status, { ...headers, ...length, [REQUEST_ID_HEADER]: requestId })
  if (typeof body === 'string') response.end(body)
  else await pipeline(body, response)
}

/** What is left of a body that was refused half-way would be taken for the next request. */
function endConnection(message: IncomingMessage, response: ServerResponse): void {
  response.setHeader('connection', 'close')
  message.resume()
}

/** Over HTTP, statuses that GraphQL answers with 200 say what happened. */
const STATUS: Readonly<Partial<Record<string, number>>> = { NOT_FOUND: 404, INVALID_ARTIFACT: 422 }

function failure(error: ModelgraphError): HttpAnswer {
  return json(STATUS[error.code] ?? error.httpStatus, { errors: [error] })
}
