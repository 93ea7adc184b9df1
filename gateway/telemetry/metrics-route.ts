import type { Registry } from 'prom-client'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { HttpRequest } from '../../shared/http/message.js'
import type { Exchange, HttpAnswer } from '../http/exchange.js'
import type { Route } from '../http/routes.js'
import type { Authenticate } from '../identity/authenticate.js'
import { bearerOf } from '../identity/bearer.js'
import { holdsScope } from '../policy/scopes.js'

/** Lets somebody read metrics who may do nothing else. */
const METRICS_READ = 'metrics:read'

export interface MetricsRouteOptions {
  readonly register: Registry
  readonly authenticate: Authenticate
}

/**
 * `GET /metrics`, as Prometheus reads it: for whoever asks from this machine without a proxy between, and for keys with the
 * scope `metrics:read` or `admin`. Throws `UNAUTHENTICATED` and `FORBIDDEN`.
 */
export function metricsRoute({ register, authenticate }: MetricsRouteOptions): Route {
  return {
    methods: ['GET'],
    path: '/metrics',
    open: true,
    answer: async (exchange) => {
      if (!isLocal(exchange.request)) await requireReader(exchange, authenticate)
      return metricsOf(register)
    },
  }
}

async function requireReader(exchange: Exchange, authenticate: Authenticate): Promise<void> {
  exchange.caller = await authenticate(bearerOf(exchange.request))
  if (holdsScope(exchange.caller.identity.scopes, METRICS_READ)) return
  throw new ModelgraphError('FORBIDDEN', `Reading metrics needs the scope ${METRICS_READ}.`)
}

async function metricsOf(register: Registry): Promise<HttpAnswer> {
  return { status: 200, type: register.contentType, body: await register.metrics() }
}

const LOOPBACK = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

function isLocal({ socket, headers }: HttpRequest): boolean {
  if (headers.authorization || FORWARDED.some((name) => headers[name] !== undefined)) return false
  return LOOPBACK.test(socket.remoteAddress ?? '')
}
