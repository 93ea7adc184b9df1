import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { Admission } from '../limits/admission.js'
import type { RequestContext } from '../request-context.js'
import { callerOf } from './caller.js'
import { signalOf } from './client-signal.js'
import { recordOf } from './request-log.js'

export interface GraphqlRouteOptions {
  readonly server: ApolloServer<RequestContext>
  readonly admission: Admission
  /** Whether a supergraph is loaded. */
  readonly isLoaded: () => boolean
  /** How long an operation may take, in milliseconds. */
  readonly deadlineMs: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** `POST /graphql`, and `GET /graphql` for queries. */
export function graphqlRoute(app: FastifyInstance, options: GraphqlRouteOptions): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) => {
      if (!options.isLoaded()) throw notLoaded()
      const query = queryOf(request)
      if (query !== undefined) options.admission.admit(query)
      return respond(reply, await execute(request, reply, options))
    },
  })
}

function execute(
  request: FastifyRequest,
  reply: FastifyReply,
  { server, deadlineMs, now }: GraphqlRouteOptions,
): Promise<HTTPGraphQLResponse> {
  const context: RequestContext = {
    requestId: request.id,
    caller: callerOf(request),
    deadlineAt: now() + deadlineMs,
    signal: signalOf(reply),
    record: recordOf(request),
  }
  return server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method,
      headers: headersOf(request),
      search: new URL(request.url, 'http://gateway').search,
      body: request.body,
    },
    context: async () => context,
  })
}

function respond(reply: FastifyReply, { status, headers, body }: HTTPGraphQLResponse): FastifyReply {
  if (body.kind !== 'complete') throw new Error('Incremental delivery is not supported.')
  for (const [name, value] of headers) reply.header(name, value)
  return reply.status(status ?? 200).send(body.string)
}

function queryOf({ method, body, query }: FastifyRequest): string | undefined {
  const given = method === 'GET' ? query : body
  const text = (given as { query?: unknown } | null | undefined)?.query
  return typeof text === 'string' ? text : undefined
}

function headersOf({ headers }: FastifyRequest): HeaderMap {
  const map = new HeaderMap()
  for (const [name, value] of Object.entries(headers)) {
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
