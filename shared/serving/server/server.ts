import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Registry } from 'prom-client'
import { ModelgraphError } from '../../errors/modelgraph-error.js'
import { REQUEST_ID_HEADER } from '../../identity/claims.js'
import type { Log } from '../../telemetry/log.js'
import type { Readiness } from '../versions/readiness.js'
import { answerGraphql, type GraphqlEndpointOptions } from './endpoint.js'
import { requestIdOf } from './identify.js'
import { maskError } from './mask-errors.js'

export interface SubgraphServerOptions extends GraphqlEndpointOptions {
  readonly readiness: () => Readiness
  readonly metrics: Registry
}

/** The HTTP side of a subgraph: `POST /graphql` for the gateway, health and metrics for operators. */
export function createSubgraphServer(options: SubgraphServerOptions): Server {
  const routes: Readonly<Record<string, Route>> = {
    'POST /graphql': (request, requestId) => answerGraphql(request, requestId, options),
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
  return createServer((request, response) => void respond(request, response, routes, options.log))
}

interface Answer {
  readonly status: number
  readonly text: string
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

type Route = (request: IncomingMessage, requestId: string) => Answer | Promise<Answer>

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Readonly<Record<string, Route>>,
  log: Log,
): Promise<void> {
  const requestId = requestIdOf(request)
  const {
    status,
    text,
    type = 'application/json',
    headers,
  } = await answer(request, requestId, routes).catch((error) => failure(maskError(error, requestId, log)))
  if (!request.complete) endConnection(request, response)
  response.writeHead(status, {
    ...headers,
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    [REQUEST_ID_HEADER]: requestId,
  })
  response.end(text)
}

/** The rest of a body that was refused half-way would be taken for the next request. */
function endConnection(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('connection', 'close')
  request.resume()
}

async function answer(
  request: IncomingMessage,
  requestId: string,
  routes: Readonly<Record<string, Route>>,
): Promise<Answer> {
  const path = request.url?.split('?', 1)[0]
  const route = routes[`${request.method} ${path}`]
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
