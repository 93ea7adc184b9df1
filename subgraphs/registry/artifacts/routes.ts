import { CONTROL } from '../../../shared/control/protocol.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { type HttpAnswer, type HttpRequest, json, type Route } from '../control/answer.js'
import { callerOf, serviceOf, type Verification } from '../control/service-caller.js'
import { requireSomePublisher } from '../teams/ownership.js'
import { type ArtifactStore, tooLarge } from './artifact-store.js'

export interface ArtifactOptions extends Verification {
  /** Size of the largest artifact. */
  readonly limitBytes: number
}

/** Artifacts by HTTP: up by teams, down to subgraphs. Neither is ever held in memory. */
export function artifactRoutes(artifacts: ArtifactStore, options: ArtifactOptions): Readonly<Record<string, Route>> {
  return {
    [`GET ${CONTROL.artifacts}/`]: (request) => sendArtifact(request, artifacts, options),
    [`PUT ${CONTROL.artifacts}/`]: (request) => takeArtifact(request, artifacts, options),
  }
}

async function sendArtifact(
  { message, rest }: HttpRequest,
  artifacts: ArtifactStore,
  options: ArtifactOptions,
): Promise<HttpAnswer> {
  serviceOf(message, '', options)
  const found = await artifacts.find(rest)
  if (!found) throw new ModelgraphError('NOT_FOUND', 'There is no artifact with this sha-256.')
  const headers = { 'content-type': 'application/octet-stream', 'content-length': found.bytes, etag: `"${rest}"` }
  return { status: 200, headers, body: artifacts.read(found) }
}

async function takeArtifact(
  { message, rest: sha256 }: HttpRequest,
  artifacts: ArtifactStore,
  options: ArtifactOptions,
): Promise<HttpAnswer> {
  const length = Number(message.headers['content-length'] ?? 0)
  requireSomePublisher(callerOf(message, sha256, options))
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new ModelgraphError(
      'BAD_REQUEST',
      'The path is /artifacts/<sha256>, the sha-256 in 64 lower-case hex digits.',
    )
  }
  if (length > options.limitBytes) throw tooLarge(options.limitBytes)
  const known = await artifacts.find(sha256)
  // The bytes are read even when they are here already: an upload is acknowledged when all of it has come.
  // A refusal must not destroy the connection it is written to.
  const stored = await artifacts.store(sha256, message.iterator({ destroyOnReturn: false }))
  return json(known ? 200 : 201, { sha256, bytes: stored.bytes })
}
