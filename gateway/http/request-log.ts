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
export function logRequests(app: FastifyInstance, log: Log, now: () => number): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/health/')) return
    const startedAt = now()
    reply.raw.once('close', () => log.info({ ...lineOf(request, reply), durationMs: now() - startedAt }, 'request'))
  })
}

function lineOf(request: FastifyRequest, reply: FastifyReply): object {
  const { operationName, codes } = recordOf(request)
  return {
    requestId: request.id,
    route: request.routeOptions.url,
    client: knownCaller(request)?.client,
    operationName,
    outcome: outcomeOf(request, reply),
    codes,
    status: reply.statusCode,
  }
}

function outcomeOf(request: FastifyRequest, reply: FastifyReply): 'ok' | 'errors' | 'aborted' {
  if (!reply.raw.writableFinished) return 'aborted'
  return recordOf(request).codes || reply.statusCode >= 400 ? 'errors' : 'ok'
}
