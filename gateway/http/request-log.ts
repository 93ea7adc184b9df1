import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../../shared/telemetry/log.js'
import type { RequestRecord } from '../request-context.js'
import { knownCaller } from './caller.js'

const records = new WeakMap<FastifyRequest, RequestRecord>()

/** Where the rooms write what the log line of a request will say. */
export function recordOf(request: FastifyRequest): RequestRecord {
  const known = records.get(request)
  if (known) return known
  const record: RequestRecord = {}
  records.set(request, record)
  return record
}

/** One log line per request: who asked for what, how it went, how long it took. No variables, no keys, no bodies. */
export function logRequests(app: FastifyInstance, log: Log): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/health/')) return
    reply.raw.once('close', () => log.info(lineOf(request, reply), 'request'))
  })
}

function lineOf(request: FastifyRequest, reply: FastifyReply): object {
  const { operationName, codes } = recordOf(request)
  return {
    requestId: request.id,
    route: request.routeOptions.url,
    client: knownCaller(request)?.client,
    operationName,
    outcome: reply.raw.writableFinished ? (codes ? 'errors' : 'ok') : 'aborted',
    codes,
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
  }
}
