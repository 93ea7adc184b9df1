import type { Server } from 'node:http'
import type { Registry } from 'prom-client'
import { ModelgraphError } from '../../errors/modelgraph-error.js'
import { HttpServer } from '../../http/http-server.js'
import type { HttpRequest, HttpResponse } from '../../http/message.js'
import { streamOf } from '../../http/receive-body.js'
import { REQUEST_ID_HEADER } from '../../identity/claims.js'
import { LINK_HEADER, LINK_PROTOCOL } from '../../mesh/protocol.js'
import type { Log } from '../../telemetry/log.js'
import { type AcceptedLinks, acceptLinks } from '../link/accept-links.js'
import type { Readiness } from '../versions/readiness.js'
import { type AnswerPartsOptions, createAnswerParts } from './answer-parts.js'
import { createGraphqlEndpoint } from './endpoint.js'
import { requestIdOf } from './identify.js'
import { maskError } from './mask-errors.js'

export interface SubgraphServerOptions extends AnswerPartsOptions {
  readonly maxBodyBytes: number
  readonly readiness: () => Readiness
  readonly metrics: Registry
}

export interface SubgraphServer {
  readonly server: Server
  readonly links: AcceptedLinks
}

/** What a subgraph listens with: `POST /graphql` and links for the gateway, health and metrics for operators. */
export function createSubgraphServer(options: SubgraphServerOptions): SubgraphServer {
  const { maxBodyBytes, log } = options
  const answerParts = createAnswerParts(options)
  const routes: Readonly<Record<string, Route>> = {
    'POST /graphql': createGraphqlEndpoint({ answerParts, maxBodyBytes, headers: [LINK_HEADER, LINK_PROTOCOL] }),
    'GET /health/live': () => json(200, { status: 'live' }),
    'GET /health/ready': () => {
      const readiness = options.readiness()
      return json(readiness.status === 'ready' ? 200 : 503, readiness)
    },
    'GET /metrics': async () => ({
      status: 200,
      type: options.metrics.contentType,
      text: await options.metrics.metrics(),
    }),
  }
  const server = new HttpServer(CONNECTIONS, (request, response) => void respond(request, response, routes, log))
  return { server, links: acceptLinks(server, { ...options, answerParts }) }
}

/** As Node has it: the gateway goes by what it is told. */
const CONNECTIONS = { keepAliveTimeout: 5_000, directPath: '/graphql' }

interface Answer {
  readonly status: number
  readonly text: string
  readonly type?: string
  /** Names and values, one after the other. */
  readonly headers?: readonly string[]
}

type Route = (request: HttpRequest, requestId: string) => Answer | Promise<Answer>

async function respond(
  request: HttpRequest,
  response: HttpResponse,
  routes: Readonly<Record<string, Route>>,
  log: Log,
): Promise<void> {
  const requestId = requestIdOf(request)
  let given: Answer
  try {
    given = await answer(request, requestId, routes)
  } catch (error) {
    given = failure(maskError(error, requestId, log))
  }
  const { status, text, type = 'application/json' } = given
  const headers = [
    'content-type',
    type,
    'content-length',
    String(Buffer.byteLength(text)),
    REQUEST_ID_HEADER,
    requestId,
  ]
  if (given.headers) headers.push(...given.headers)
  if (!request.complete) headers.push(...endConnection(request))
  response.writeHead(status, headers)
  response.end(text, 'utf8')
}

/** The rest of a body that was refused half-way would be taken for the next request. */
function endConnection(request: HttpRequest): readonly string[] {
  streamOf(request).resume()
  return ['connection', 'close']
}

function answer(
  request: HttpRequest,
  requestId: string,
  routes: Readonly<Record<string, Route>>,
): Promise<Answer> | Answer {
  const asked = `${request.method} ${request.url}`
  const route = routes[asked] ?? routes[asked.split('?', 1)[0]!]
  if (route) return route(request, requestId)
  throw new ModelgraphError(
    'NOT_FOUND',
    `There is nothing at ${request.method} here; this subgraph answers ${Object.keys(routes).join(', ')}.`,
  )
}

function json(status: number, body: unknown): Answer {
  return { status, text: JSON.stringify(body) }
}

function failure(error: ModelgraphError): Answer {
  return json(error.code === 'NOT_FOUND' ? 404 : error.httpStatus, { errors: [error] })
}
