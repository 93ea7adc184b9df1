import { CONTROL, LONGEST_WAIT_MS } from '../../../shared/control/protocol.js'
import { acknowledgementSchema, keyQuerySchema } from '../../../shared/control/schema.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { parseJson, readBody } from '../../../shared/serving/server/read-body.js'
import { findTerms } from '../clients/client-terms.js'
import { verifyKey } from '../keys/verify-key.js'
import type { Registry } from '../registry.js'
import { recordAcknowledgement } from '../rollouts/acknowledge.js'
import { currentSupergraph, supergraphSdl } from '../schemas/supergraphs.js'
import { type HttpAnswer, type HttpRequest, json, type Route } from './answer.js'
import { readDeployments } from './deployments.js'
import { type PollRequest, pollUntilChanged, type Tagged } from './etag-poll.js'
import { serviceOf, type Verification } from './service-caller.js'

export interface ControlOptions extends Verification {
  /** How often a long poll looks for what other replicas changed, in milliseconds. */
  readonly lookMs: number
  readonly maxBodyBytes: number
}

/** The control plane of shared/control/protocol.ts. */
export function controlRoutes(registry: Registry, options: ControlOptions): Readonly<Record<string, Route>> {
  return {
    [`GET ${CONTROL.supergraph}`]: (request) => answerSupergraph(request, registry, options),
    [`GET ${CONTROL.deployments}`]: (request) => answerDeployments(request, registry, options),
    [`POST ${CONTROL.verifyKey}`]: (request) => answerKey(request, registry, options),
    [`GET ${CONTROL.clients}`]: (request) => answerClient(request, registry, options),
    [`POST ${CONTROL.acknowledgements}`]: (request) => answerAcknowledgement(request, registry, options),
  }
}

async function answerSupergraph(
  request: HttpRequest,
  registry: Registry,
  options: ControlOptions,
): Promise<HttpAnswer> {
  serviceOf(request.message, '', options)
  requireEnvironment(request.query.get('environment'), registry)
  const { database, environment, changes } = registry
  const read = async (): Promise<Tagged<Awaited<ReturnType<typeof currentSupergraph>>>> => {
    const value = await currentSupergraph(database, environment)
    const mark = value?.changed?.sha256.slice(0, 16) ?? value?.publishedAt.getTime().toString(16)
    return { value, etag: value ? `"${value._id}-${mark}"` : 'none' }
  }
  const changed = await pollUntilChanged(read, pollOf(request), { changes, ...options })
  if (!changed) return { status: 304 }
  if (!changed.value) return json(404, errorBody('NOT_FOUND', 'There is no supergraph yet.'))
  const headers = { 'content-type': 'text/plain; charset=utf-8', etag: changed.etag }
  const body = await supergraphSdl(database, changed.value)
  return { status: 200, headers: { ...headers, 'x-supergraph-version': changed.value.version }, body }
}

const MOST_MODELS = 1_000

async function answerDeployments(
  request: HttpRequest,
  registry: Registry,
  options: ControlOptions,
): Promise<HttpAnswer> {
  serviceOf(request.message, '', options)
  requireEnvironment(request.query.get('environment'), registry)
  const names = (request.query.get('models') ?? '').split(',').filter(Boolean).slice(0, MOST_MODELS)
  const { database, environment, changes } = registry
  const read = () => readDeployments(database, environment, names)
  const changed = await pollUntilChanged(read, pollOf(request), { changes, ...options })
  if (!changed) return { status: 304 }
  return { status: 200, headers: { 'content-type': 'application/json', etag: changed.etag }, body: changed.value }
}

async function answerKey(
  { message }: HttpRequest,
  { database }: Registry,
  options: ControlOptions,
): Promise<HttpAnswer> {
  const body = await readBody(message, options.maxBodyBytes)
  serviceOf(message, body, options)
  const query = keyQuerySchema.safeParse(parseJson(body, message.headers['content-type']))
  if (!query.success) throw new ModelgraphError('BAD_REQUEST', 'Expected {"hash", "environment"}.')
  const holder = await verifyKey(database, query.data, options.now())
  if (holder && message.headers['if-none-match'] === holder.revision) return { status: 304 }
  return holder ? json(200, holder) : json(404, errorBody('NOT_FOUND', 'Nobody holds this key.'))
}

async function answerClient(request: HttpRequest, registry: Registry, options: ControlOptions): Promise<HttpAnswer> {
  serviceOf(request.message, '', options)
  requireEnvironment(request.query.get('environment'), registry)
  const terms = await findTerms(registry.database, registry.environment, request.query.get('name') ?? '')
  return terms ? json(200, terms) : json(404, errorBody('NOT_FOUND', 'There is no client of this name.'))
}

async function answerAcknowledgement(
  { message }: HttpRequest,
  registry: Registry,
  options: ControlOptions,
): Promise<HttpAnswer> {
  const body = await readBody(message, options.maxBodyBytes)
  serviceOf(message, body, options)
  const given = acknowledgementSchema.safeParse(parseJson(body, message.headers['content-type']))
  if (!given.success) throw new ModelgraphError('BAD_REQUEST', 'Expected {"environment", "replica", "models"}.')
  requireEnvironment(given.data.environment, registry)
  await recordAcknowledgement(registry, given.data)
  return json(200, {})
}

/** Throws `BAD_REQUEST` for another environment than this registry's. */
export function requireEnvironment(asked: string | null, { environment }: Registry): void {
  if (asked === environment) return
  throw new ModelgraphError('BAD_REQUEST', `This registry serves the environment ${environment}.`, {
    path: 'environment',
    expected: environment,
  })
}

/** What a poll asks for. */
export function pollOf({ message, query, signal }: HttpRequest): PollRequest {
  const wait = Number(query.get('wait') ?? 0)
  const waitMs = Number.isFinite(wait) ? Math.min(Math.max(wait, 0), LONGEST_WAIT_MS) : 0
  return { known: message.headers['if-none-match'], waitMs, signal }
}

function errorBody(code: 'NOT_FOUND', message: string) {
  return { errors: [{ message, extensions: { code } }] }
}
