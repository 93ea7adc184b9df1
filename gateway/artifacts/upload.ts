import { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { CONTROL, REGISTRY } from '../../shared/control/protocol.js'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { IDENTITY_HEADER, type Identity, REQUEST_ID_HEADER } from '../../shared/identity/claims.js'
import { signIdentity } from '../../shared/identity/signing.js'
import { holdsAnyOf } from '../policy/scopes.js'

export interface UploadOptions {
  /** Leads to the registry. */
  readonly registry: Dispatcher
  readonly secret: string
  readonly limitBytes: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export interface Upload {
  readonly sha256: string
  readonly bytes: Readable
  /** The length the caller announced, in bytes. */
  readonly length: number | undefined
  readonly caller: Identity
  readonly requestId: string
  readonly signal: AbortSignal
}

/** The registry's answer, to be passed on. */
export interface UploadAnswer {
  readonly status: number
  readonly json: string
}

/**
 * Streams an artifact to the registry without holding it. The path's sha-256 is what is signed: the registry checks the
 * bytes against it. Throws `FORBIDDEN` without a `publish:` scope, `BAD_REQUEST` for a path that is no sha-256,
 * `PAYLOAD_TOO_LARGE` beyond the limit, `REGISTRY_UNAVAILABLE` when the registry does not take it. A registry that distrusts
 * our signature is a fault of ours, not of the caller.
 */
export async function uploadArtifact(upload: Upload, options: UploadOptions): Promise<UploadAnswer> {
  try {
    refuseUnfit(upload, options.limitBytes)
    const answer = await send(upload, options)
    if (answer.status !== 401) return answer
  } catch (error) {
    if (error instanceof ModelgraphError) throw error
    throw new ModelgraphError('REGISTRY_UNAVAILABLE', 'The registry did not take the artifact.', {}, error)
  } finally {
    leaveTheRest(upload.bytes)
  }
  throw new Error('The registry does not accept the signature of an upload.')
}

function refuseUnfit({ sha256, length, caller }: Upload, limitBytes: number): void {
  if (!holdsAnyOf(caller.scopes, 'publish:')) {
    throw new ModelgraphError(
      'FORBIDDEN',
      'Uploading an artifact needs a scope publish:<team>; this key has not got it.',
    )
  }
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new ModelgraphError(
      'BAD_REQUEST',
      'The path is /artifacts/<sha256>, the sha-256 in 64 lower-case hex digits.',
    )
  }
  if (length !== undefined && length > limitBytes) throw tooLarge(limitBytes)
}

async function send(upload: Upload, { registry, secret, now, limitBytes }: UploadOptions): Promise<UploadAnswer> {
  const { sha256, caller, length, requestId, signal } = upload
  const response = await registry.request({
    path: `${CONTROL.artifacts}/${sha256}`,
    method: 'PUT',
    headers: {
      'content-type': 'application/octet-stream',
      ...(length === undefined ? {} : { 'content-length': String(length) }),
      [IDENTITY_HEADER]: signIdentity(caller, { audience: REGISTRY, body: sha256, now: now() }, secret),
      [REQUEST_ID_HEADER]: requestId,
    },
    body: Readable.from(bounded(upload.bytes, limitBytes), { objectMode: false }),
    signal,
  })
  return { status: response.statusCode, json: await response.body.text() }
}

/** Reads past what nobody takes any more: a connection with half a request on it serves no other and never closes. */
function leaveTheRest(bytes: Readable): void {
  bytes.removeAllListeners('readable')
  bytes.resume()
}

/** The same bytes, up to the limit. A refusal leaves the connection alone that it is to be written to. */
async function* bounded(bytes: Readable, limitBytes: number): AsyncGenerator<Buffer> {
  let seen = 0
  for await (const chunk of bytes.iterator({ destroyOnReturn: false })) {
    seen += (chunk as Buffer).length
    if (seen > limitBytes) throw tooLarge(limitBytes)
    yield chunk as Buffer
  }
}

function tooLarge(limitBytes: number): ModelgraphError {
  return new ModelgraphError('PAYLOAD_TOO_LARGE', `An artifact may have ${limitBytes} bytes.`, { limit: limitBytes })
}
