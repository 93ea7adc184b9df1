import { type ApolloServer, HeaderMap } from '@apollo/server'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { Log } from '../../shared/telemetry/log.js'
import type { Admission } from '../limits/admission.js'
import { answerKnown } from '../operations/answer.js'
import type { RequestContext } from '../request-context.js'
import type { SupergraphVersion } from '../supergraph/supergraph-version.js'
import { acceptsJson } from './accept.js'
import { callerOf, type Exchange, type HttpAnswer } from './exchange.js'
import { type GraphqlRequest, plainRequestOf } from './graphql-request.js'
import { parseJson, readBody } from './read-body.js'
import type { Route } from './routes.js'

export interface GraphqlRouteOptions {
  /** The complete tier. */
  readonly server: ApolloServer<RequestContext>
  readonly admission: Admission
  /** The supergraph that requests run on; undefined before the first. */
  readonly version: () => SupergraphVersion | undefined
  readonly bodyLimitBytes: number
  /** How long an operation may take, in milliseconds. */
  readonly deadlineMs: number
  readonly log: Log
}

/**
 * `POST /graphql`, and `GET /graphql` for queries. An operation that has run before takes the hot tier; everything else,
 * and every request that is out of the ordinary, takes the complete one. Both answer the same.
 */
export function graphqlRoute(options: GraphqlRouteOptions): Route {
  return { methods: ['GET', 'POST'], path: '/graphql', answer: (exchange) => answerGraphql(exchange, options) }
}

async function answerGraphql(exchange: Exchange, options: GraphqlRouteOptions): Promise<HttpAnswer> {
  const body = await bodyOf(exchange, options.bodyLimitBytes)
  const version = options.version()
  if (!version) throw notLoaded()
  const context = contextOf(exchange, options)
  const plain = acceptsJson(exchange.request.headers.accept) ? plainRequestOf(body) : undefined
  const known = plain && version.known.find(plain.query, plain.operationName)
  if (known)
    return version.hold(() => answerKnown(known, plain.variables, context, fetching(version, context, options)))
  return answerCompletely(exchange, body, context, options)
}

async function bodyOf({ request }: Exchange, limitBytes: number): Promise<unknown> {
  if (request.method === 'GET') return undefined
  return parseJson(await readBody(request, limitBytes), request.headers['content-type'])
}

function contextOf(exchange: Exchange, { deadlineMs }: GraphqlRouteOptions): RequestContext {
  const { identity, terms } = callerOf(exchange)
  return {
    requestId: exchange.requestId,
    caller: identity,
    terms,
    deadlineAt: exchange.startedAt + deadlineMs,
    record: exchange.record,
    signal: exchange.departure,
  }
}

function fetching(version: SupergraphVersion, context: RequestContext, { log }: GraphqlRouteOptions) {
  return { fetch: (request: Parameters<SupergraphVersion['fetch']>[0]) => version.fetch(request, context), log }
}

async function answerCompletely(
  exchange: Exchange,
  body: unknown,
  context: RequestContext,
  { server, admission }: GraphqlRouteOptions,
): Promise<HttpAnswer> {
  const { request } = exchange
  const { search, searchParams } = new URL(request.url ?? '/', 'http://gateway')
  const query = request.method === 'GET' ? searchParams.get('query') : (body as Partial<GraphqlRequest> | null)?.query
  if (typeof query === 'string') admission.admit(query)
  const {
    status,
    headers,
    body: answer,
  } = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method ?? 'POST', headers: headersOf(exchange), search, body },
    context: async () => context,
  })
  if (answer.kind !== 'complete') throw new Error('Incremental delivery is not supported.')
  return { status: status ?? 200, body: answer.string, headers: Object.fromEntries(headers) }
}

function headersOf({ request }: Exchange): HeaderMap {
  const map = new HeaderMap()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  return map
}

function notLoaded(): ModelgraphError {
  return new ModelgraphError(
    'REGISTRY_UNAVAILABLE',
    'No graph is loaded yet: nothing is published, or the registry does not answer.',
  )
}
