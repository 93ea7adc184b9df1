import { randomUUID } from 'node:crypto'
import { type FastifyInstance, fastify } from 'fastify'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { REQUEST_ID_HEADER } from '../../shared/identity/claims.js'
import type { Log } from '../../shared/telemetry/log.js'
import { presentError } from '../errors/present.js'
import { refusalOf } from './refusal.js'
import { requestIdOf } from './request-id.js'
import { logRequests, recordOf } from './request-log.js'
import { type DiscardLimits, discardRest } from './unread-body.js'

/** Longest time a client may take to send a request, in milliseconds; artifacts included. */
const REQUEST_TIMEOUT_MS = 15 * 60_000

/** What a client may still send of a request that has been refused, before it is answered. */
const UNREAD: DiscardLimits = { bytes: 50_000_000, milliseconds: 5_000 }

/** An HTTP server that takes JSON only, names every request, logs it, and refuses in the shape of GraphQL errors. */
export function createHttpServer(bodyLimitBytes: number, log: Log, now: () => number): FastifyInstance {
  const app = fastify({
    bodyLimit: bodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request.headers, randomUUID),
    forceCloseConnections: 'idle',
    return503OnClosing: false,
  })
  app.removeContentTypeParser('text/plain')
  app.addHook('onRequest', async (request, reply) => {
    reply.header(REQUEST_ID_HEADER, request.id)
  })
  app.addHook('onSend', async (request) => {
    if (!request.raw.complete) await discardRest(request.raw, UNREAD)
  })
  logRequests(app, log, now)
  app.setErrorHandler((thrown, request, reply) => {
    const { error, status } = refusalOf(thrown, bodyLimitBytes)
    const presented = presentError(error, request.id, log)
    recordOf(request).codes = [String(presented.extensions?.code)]
    return reply
      .status(status)
      .type('application/json; charset=utf-8')
      .send({ errors: [presented] })
  })
  app.setNotFoundHandler((request, reply) => {
    const error = new ModelgraphError(
      'NOT_FOUND',
      `There is no ${request.method} ${pathOf(request.url)} here; ask POST /graphql.`,
    )
    return reply.status(404).send({ errors: [presentError(error, request.id, log)] })
  })
  return app
}

function pathOf(url: string): string {
  return url.split('?')[0]!.slice(0, 200)
}
