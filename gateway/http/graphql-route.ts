import { type ApolloServer, HeaderMap } from '@apollo/server'
import { OperationTypeNode } from 'graphql'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { criticalityOf } from '../../shared/identity/claims.js'
import type { Log } from '../../shared/telemetry/log.js'
import { parseTraceparent, traceparentOf } from '../../shared/telemetry/tracing/traceparent.js'
import type { Tracer } from '../../shared/telemetry/tracing/tracer.js'
import type { Documents } from '../delivery/documents.js'
import type { Admission } from '../limits/admission.js'
import type { Shedder } from '../limits/shedding/shedder.js'
import { answerKnown } from '../operations/answer.js'
import type { PreparedOperation } from '../operations/prepared-operation.js'
import type { RequestContext } from '../request-context.js'
import type { SupergraphVersion } from '../supergraph/supergraph-version.js'
import { acceptsJson } from './accept.js'
import { callerOf, type Exchange, type HttpAnswer } from './exchange.js'
import { type GivenBody, givenBody } from './given-body.js'
import { type GraphqlRequest, isPreflighted, plainRequestOf } from './graphql-request.js'
import type { Route } from './routes.js'

export interface GraphqlRouteOptions {
  /** The complete tier. */
  readonly server: ApolloServer<RequestContext>
  readonly admission: Admission
  readonly documents: Documents
  readonly shedder: Shedder
  /** The supergraph that requests run on; undefined before the first. */
  readonly version: () => SupergraphVersion | undefined
  readonly bodyLimitBytes: number
  /** How long an operation may take, in milliseconds. */
  readonly deadlineMs: number
  readonly log: Log
  /** Undefined where nothing is traced. */
  readonly tracer?: Tracer | undefined
}

/**
 * `POST /graphql`, and `GET /graphql` for queries. An operation that has run before takes the hot tier; everything else,
 * and every request that is out of the ordinary, takes the complete one. Both answer the same.
 */
export function graphqlRoute(options: GraphqlRouteOptions): Route {
  return { methods: ['GET', 'POST'], path: '/graphql', answer: (exchange) => answerUnlessOverloaded(exchange, options) }
}

/** Refuses before the body is read, by what is known of the caller. */
function answerUnlessOverloaded(exchange: Exchange, options: GraphqlRouteOptions): Promise<HttpAnswer> {
  return options.shedder.run(criticalityOf(callerOf(exchange).identity), () => answerGraphql(exchange, options))
}

async function answerGraphql(exchange: Exchange, options: GraphqlRouteOptions): Promise<HttpAnswer> {
  const given = await givenBody(exchange.request, options.bodyLimitBytes)
  const version = options.version()
  if (!version) throw notLoaded()
  return answerGiven(given, version, { exchange, context: contextOf(exchange, options), options })
}

interface Asking {
  readonly options: GraphqlRouteOptions
  readonly exchange: Exchange
  readonly context: RequestContext
}

async function answerGiven(given: GivenBody, version: SupergraphVersion, asking: Asking): Promise<HttpAnswer> {
  const { exchange, context, options } = asking
  const body = await options.documents.resolve(given.value, context.terms.delivery)
  const plain = isPlain(exchange) ? plainRequestOf(body) : undefined
  const known = plain && version.known.find(plain.query, plain.operationName)
  if (known && mayRun(known, exchange) && (!given.read || known.takesUnread)) {
    const variables = { variables: plain.variables, json: given.variablesIn(body as object) }
    return version.hold(() => answerKnown(known, variables, context, fetching(version, asking)))
  }
  if (given.read) return answerGiven(given.read(), version, asking)
  const search = body === given.value ? searchOf(exchange) : withQuery(exchange, body as GraphqlRequest)
  return answerCompletely({ body, search }, asking)
}

function isPlain({ request: { method, headers } }: Exchange): boolean {
  return acceptsJson(headers.accept) && (method === 'POST' || isPreflighted(headers))
}

function mayRun({ operation }: PreparedOperation, { request }: Exchange): boolean {
  return request.method === 'POST' || operation.operation === OperationTypeNode.QUERY
}

function contextOf(exchange: Exchange, { deadlineMs, tracer }: GraphqlRouteOptions): RequestContext {
  const { traceparent } = exchange.request.headers
  const span = tracer?.begin('request', traceparent)
  exchange.record.span = span
  const { identity, terms } = callerOf(exchange)
  return {
    requestId: exchange.requestId,
    caller: identity,
    terms,
    deadlineAt: exchange.startedAt + deadlineMs,
    record: exchange.record,
    signal: exchange.departure,
    span,
    traceparent: span || traceparent === undefined ? undefined : passedOn(traceparent),
  }
}

/** What a client sent as its trace context, where it is one. */
function passedOn(given: unknown): string | undefined {
  const parent = parseTraceparent(given)
  return parent && traceparentOf(parent)
}

function fetching(version: SupergraphVersion, { context, options: { log } }: Asking) {
  return { fetch: (request: Parameters<SupergraphVersion['fetch']>[0]) => version.fetch(request, context), log }
}

async function answerCompletely(
  { body, search }: { readonly body: unknown; readonly search: string },
  { exchange, context, options: { server, admission } }: Asking,
): Promise<HttpAnswer> {
  const method = exchange.request.method ?? 'POST'
  const query = (body as Partial<GraphqlRequest> | null | undefined)?.query
  if (typeof query === 'string') admission.admit(query)
  const {
    status,
    headers,
    body: answer,
  } = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, headers: headersOf(exchange), search, body: method === 'GET' ? undefined : body },
    context: async () => context,
  })
  if (answer.kind !== 'complete') throw new Error('Incremental delivery is not supported.')
  return { status: status ?? 200, body: answer.string, headers: Object.fromEntries(headers) }
}

function searchOf({ request }: Exchange): string {
  return new URL(request.url ?? '/', 'http://gateway').search
}

/** The parameters with the document that they name in full. */
function withQuery(exchange: Exchange, { query }: GraphqlRequest): string {
  const parameters = new URLSearchParams(searchOf(exchange))
  parameters.set('query', query)
  parameters.delete('extensions')
  return `?${parameters}`
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
