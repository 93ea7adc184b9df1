import type { Dispatcher } from 'undici'
import { ModelgraphError } from '../errors/modelgraph-error.js'
import { IDENTITY_HEADER } from '../identity/claims.js'
import { signIdentity } from '../identity/signing.js'
import { REGISTRY } from './protocol.js'

/** One signed request to the registry. */
export interface ControlRequest {
  readonly path: string
  readonly method?: 'GET' | 'POST'
  readonly query?: Record<string, string>
  readonly json?: unknown
  /** Sent as they are, in place of `json`. */
  readonly bytes?: Buffer
  /** Statuses besides 200, 304 and 404 that the caller reads itself. */
  readonly expects?: readonly number[]
  readonly etag?: string | undefined
  /** Beside the usual time-out, in milliseconds. */
  readonly waitMs?: number
  readonly signal?: AbortSignal | undefined
}

export interface Signer {
  readonly secret: string
  /** The registry sees `service:<name>`. */
  readonly service: string
  readonly environment: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly timeoutMs: number
}

/**
 * Sends it and answers responses with status 200, 304, 404 and those it expects; anything else, and no answer in time, is
 * `REGISTRY_UNAVAILABLE`.
 */
export async function sendToRegistry(
  dispatcher: Dispatcher,
  request: ControlRequest,
  signer: Signer,
): Promise<Dispatcher.ResponseData> {
  const body = request.bytes ?? (request.json === undefined ? '' : JSON.stringify(request.json))
  const timeout = signer.timeoutMs + (request.waitMs ?? 0)
  const response = await dispatcher
    .request({
      path: request.path,
      method: request.method ?? 'GET',
      query: request.query ?? {},
      headers: headersOf(request, body, signer),
      body: body.length > 0 ? body : null,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      signal: request.signal ?? null,
    })
    .catch((error: unknown) => {
      throw unavailable('does not answer', error)
    })
  if ([200, 304, 404, ...(request.expects ?? [])].includes(response.statusCode)) return response
  await response.body.dump()
  throw unavailable(`answered ${request.path} with status ${response.statusCode}`)
}

export function unavailable(reason: string, cause?: unknown): ModelgraphError {
  return new ModelgraphError('REGISTRY_UNAVAILABLE', `The registry ${reason}.`, {}, cause)
}

function headersOf(request: ControlRequest, body: string | Buffer, signer: Signer): Record<string, string> {
  const { service, environment, secret } = signer
  const identity = { subject: `service:${service}`, client: service, scopes: ['control'], environment }
  return {
    [IDENTITY_HEADER]: signIdentity(identity, { audience: REGISTRY, body, now: signer.now() }, secret),
    ...(body.length > 0 ? { 'content-type': request.bytes ? 'application/octet-stream' : 'application/json' } : {}),
    ...(request.etag ? { 'if-none-match': request.etag } : {}),
  }
}
