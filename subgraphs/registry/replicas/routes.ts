import { CONTROL } from '../../../shared/control/protocol.js'
import { replicaReportSchema } from '../../../shared/control/schema.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { parseJson, readBody } from '../../../shared/serving/server/read-body.js'
import { type HttpAnswer, type HttpRequest, json, type Route } from '../control/answer.js'
import { pollUntilChanged } from '../control/etag-poll.js'
import { type ControlOptions, pollOf, requireEnvironment } from '../control/routes.js'
import { serviceOf } from '../control/service-caller.js'
import type { Registry } from '../registry.js'
import { readReplicas, recordReplica } from './replica-endpoints.js'

/** Where replicas say that they can be asked, and where a gateway learns it. */
export function replicaRoutes(registry: Registry, options: ControlOptions): Readonly<Record<string, Route>> {
  return {
    [`POST ${CONTROL.replicas}`]: (request) => takeReport(request, registry, options),
    [`GET ${CONTROL.replicas}`]: (request) => answerReplicas(request, registry, options),
  }
}

/** A subgraph speaks for its own replicas only: whoever is named here is sent the calls of clients. */
async function takeReport({ message }: HttpRequest, registry: Registry, options: ControlOptions): Promise<HttpAnswer> {
  const body = await readBody(message, options.maxBodyBytes)
  const { subject } = serviceOf(message, body, options)
  const given = replicaReportSchema.safeParse(parseJson(body, message.headers['content-type']))
  if (!given.success) {
    throw new ModelgraphError('BAD_REQUEST', 'Expected {"environment", "subgraph", "replica", "url", "startedAt"}.')
  }
  requireEnvironment(given.data.environment, registry)
  if (subject !== `service:${given.data.subgraph}`) {
    throw new ModelgraphError('FORBIDDEN', `${subject} may not speak for replicas of ${given.data.subgraph}.`)
  }
  await recordReplica(registry, given.data)
  return json(200, {})
}

async function answerReplicas(request: HttpRequest, registry: Registry, options: ControlOptions): Promise<HttpAnswer> {
  serviceOf(request.message, '', options)
  requireEnvironment(request.query.get('environment'), registry)
  const read = () => readReplicas(registry)
  const changed = await pollUntilChanged(read, pollOf(request), { changes: registry.changes, ...options })
  if (!changed) return { status: 304 }
  return { status: 200, headers: { 'content-type': 'application/json', etag: changed.etag }, body: changed.value }
}
