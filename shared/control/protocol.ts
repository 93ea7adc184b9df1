import type { Contract } from '../contract/declaration.js'
import type { RolloutPolicy } from '../rollout/policy.js'

/**
 * The registry's control plane, HTTP + JSON for our own processes, signed with the mesh secret (audience `registry`):
 *
 * - `GET  /control/supergraph?environment=test` with `If-None-Match`: the supergraph SDL (text), `ETag`, `x-supergraph-version`; 304; 404 before the first
 * - `POST /control/keys/verify` `KeyQuery`: `KeyHolder`, or 404
 * - `GET  /control/deployments?environment=test&models=a,b` with `If-None-Match`, and `wait` (ms) for a long poll: `Deployments`; 304
 * - `POST /control/acknowledgements` `Acknowledgement`: `{}`
 * - `GET  /artifacts/<sha256>`: the bytes, or 404. `PUT /artifacts/<sha256>`: stores them, `{"sha256", "bytes"}` with 201, or 200 when they
 *   were there; 422 `INVALID_ARTIFACT` when they don't match the path, 413 `PAYLOAD_TOO_LARGE`
 * - `POST /control/predictions`: chunks of recorded predictions (shared/prediction-log/chunk.ts) as JSON lines, at most
 *   {@link LARGEST_PREDICTIONS_BYTES}: `PredictionsReceipt`. A chunk that is there already is not stored again.
 *
 * An upload is a stream whose hash is not known when it is signed: its identity signs the sha-256 of the path (64 characters,
 * lower-case hex) in place of the body, which binds the bytes all the same. It is the uploader's own identity, passed on
 * by the gateway. Errors are `{"errors": [{"message", "extensions": {"code", …}}]}` with the status of their code.
 *
 * Long polls take `wait` (ms, at most {@link LONGEST_WAIT_MS}) on the supergraph, too.
 */
export const CONTROL = {
  supergraph: '/control/supergraph',
  verifyKey: '/control/keys/verify',
  deployments: '/control/deployments',
  acknowledgements: '/control/acknowledgements',
  artifacts: '/artifacts',
  predictions: '/control/predictions',
} as const

/** A long poll is held back no longer than this, in milliseconds. */
export const LONGEST_WAIT_MS = 60_000

/** A replica says what it has loaded whenever that changes, and again after this time, in milliseconds. */
export const ACKNOWLEDGE_EVERY_MS = 5_000

/** A replica that was not heard of for this time counts as gone, in milliseconds. */
export const REPLICA_LIVE_MS = 15_000

/** Largest body of recorded predictions, in bytes. */
export const LARGEST_PREDICTIONS_BYTES = 4_000_000

/** What became of recorded predictions that were sent, in rows. */
export interface PredictionsReceipt {
  readonly stored: number
  /** Were stored before. */
  readonly known: number
  /** Are not what the registry takes; sending them again is of no use. */
  readonly refused: { readonly rows: number; readonly reasons: readonly string[] }
}

/** Audience of signed identities meant for the registry, and its subgraph name. */
export const REGISTRY = 'registry'

export type Environment = 'test' | 'staging' | 'production'

export interface KeyQuery {
  /** sha-256 of the whole key, lower-case hex. The key itself never leaves the gateway. */
  readonly hash: string
  readonly environment: Environment
}

/** The client behind a key. */
export interface KeyHolder {
  readonly clientId: string
  readonly client: string
  readonly environment: Environment
  readonly scopes: readonly string[]
  /** Milliseconds since the epoch, or null. */
  readonly expiresAt: number | null
}

/** What one environment should have loaded. */
export interface Deployments {
  readonly environment: Environment
  readonly models: readonly ModelDeployment[]
}

export interface ModelDeployment {
  readonly model: string
  readonly contract: Contract
  /** Alias → version number; `champion` is the one that answers by default. */
  readonly aliases: Readonly<Record<string, number>>
  readonly versions: readonly VersionDeployment[]
  /** How traffic is shared among the versions; without one the champion takes all of it. */
  readonly rollout?: RolloutPolicy
}

export interface VersionDeployment {
  /** `fraud-detector@3` */
  readonly id: string
  readonly version: number
  readonly artifactSha256: string
  readonly artifactBytes: number
}

/** What one replica of a subgraph has loaded of the models it serves. */
export interface Acknowledgement {
  readonly environment: Environment
  /** Names the process; another one after a restart. */
  readonly replica: string
  readonly models: readonly ModelAcknowledgement[]
}

export interface ModelAcknowledgement {
  readonly model: string
  /** Revision of the rollout that the replica follows; 0 without one. */
  readonly revision: number
  /** Versions that are loaded and warm. */
  readonly ready: readonly number[]
  /** Versions that could not be loaded, each with its reason. */
  readonly failed: readonly FailedVersion[]
}

export interface FailedVersion {
  readonly version: number
  readonly reason: string
}
