import type { Contract } from '../contract/declaration.js'
import type { Notices } from '../deprecation/notice.js'
import type { Criticality } from '../identity/claims.js'
import type { RolloutPolicy } from '../rollout/policy.js'

/**
 * The registry's control plane, HTTP + JSON for our own processes, signed with the mesh secret (audience `registry`):
 *
 * - `GET  /control/supergraph?environment=test` with `If-None-Match`: the supergraph SDL (text), `ETag`, `x-supergraph-version`; 304; 404 before the first
 * - `POST /control/keys/verify` `KeyQuery` with `If-None-Match` (a `KeyHolder.revision`): `KeyHolder`; 304; 404 for a key
 *   that is unknown, expired, revoked or of another environment
 * - `GET  /control/clients?environment=test&name=shop`: `RegisteredClient` (registered-client.ts), or 404
 * - `POST /control/keys/used` `KeysUsed`: `{}`
 * - `POST /control/quota/used` `QuotaUsed`: `{"clients": [QuotaKnown]}` (quota-known.ts)
 * - `POST /control/usage` `UsageReport` (usage.ts): `{}`. A report that is counted already is not counted again.
 * - `GET  /control/operations/<sha256>`: the text of a safelisted operation, or 404
 * - `GET  /control/deployments?environment=test&models=a,b` with `If-None-Match`, and `wait` (ms) for a long poll: `Deployments`; 304
 * - `POST /control/acknowledgements` `Acknowledgement`: `{}`
 * - `POST /control/replicas` `ReplicaReport` (replicas.ts): `{}`; 403 when another subgraph than the one it names sends it
 * - `GET  /control/replicas?environment=test` with `If-None-Match`, and `wait` (ms): `Replicas`; 304
 * - `GET  /artifacts/<sha256>`: the bytes, or 404. `PUT /artifacts/<sha256>`: stores them, `{"sha256", "bytes"}` with 201, or 200 when they
 *   were there; 422 `INVALID_ARTIFACT` when they don't match the path, 413 `PAYLOAD_TOO_LARGE`
 * - `POST /control/predictions`: chunks of recorded predictions, frame after frame (shared/prediction-log/frame.ts), at most
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
  clients: '/control/clients',
  keysUsed: '/control/keys/used',
  quotaUsed: '/control/quota/used',
  usage: '/control/usage',
  operations: '/control/operations',
  deployments: '/control/deployments',
  acknowledgements: '/control/acknowledgements',
  replicas: '/control/replicas',
  artifacts: '/artifacts',
  predictions: '/control/predictions',
} as const

/** A long poll is held back no longer than this, in milliseconds. */
export const LONGEST_WAIT_MS = 60_000

/** A replica says what it has loaded whenever that changes, and again after this time, in milliseconds. */
export const ACKNOWLEDGE_EVERY_MS = 5_000

/** A replica that was not heard of for this time counts as gone, in milliseconds. */
export const REPLICA_LIVE_MS = 15_000

/** Largest body of recorded predictions, in bytes: a segment of the spool, to which a write was added. */
export const LARGEST_PREDICTIONS_BYTES = 6_000_000

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

/** The client behind a key, and all that the gateway needs to know of it. */
export interface KeyHolder {
  /** Changes whenever anything below does; names this answer in `If-None-Match`. */
  readonly revision: string
  /** Names the key without telling it, for telemetry and for `KeysUsed`. */
  readonly keyId: string
  readonly clientId: string
  readonly client: string
  readonly environment: Environment
  /** Those of approved grants, sorted. */
  readonly scopes: readonly string[]
  /** When the key expires, in milliseconds since the epoch, or null. */
  readonly expiresAt: number | null
  readonly criticality: Criticality
  readonly limits: ClientLimits
  readonly delivery: DeliveryPolicy
}

/** How much a client may ask. */
export interface ClientLimits {
  /** Operations of the client in all; null leaves it to the gateway's default. */
  readonly rate: Rate | null
  /** Predictions of single models, by name, beside `rate`; a model without an entry has no rate of its own. */
  readonly models: Readonly<Record<string, Rate>>
  /** Null is no quota. */
  readonly quota: Quota | null
}

/** A token bucket. */
export interface Rate {
  /** Refill, above 0; fractions are allowed: 0.5 is one every two seconds. */
  readonly perSecond: number
  /** Size of the bucket: what may come at once after a rest; a whole number from 1. */
  readonly burst: number
}

/** Predictions (rows, those that failed too) that a client may ask for in one calendar period of UTC. */
export interface Quota {
  /** A whole number from 0. */
  readonly predictions: number
  readonly period: QuotaPeriod
}

export type QuotaPeriod = 'HOUR' | 'DAY' | 'MONTH'

/** What a client may send, and from where. */
export interface DeliveryPolicy {
  /** `SAFELISTED` refuses every operation that is not in `safelist`. */
  readonly operations: 'ANY' | 'SAFELISTED'
  /** Whether `__schema` and `__type` may be asked. */
  readonly introspection: boolean
  /** Where pages that send the key may come from, as browsers write `Origin`: `https://app.example`. Empty: anywhere. */
  readonly origins: readonly string[]
  /** Networks in CIDR notation, IPv4 or IPv6, that calls may come from. Empty: anywhere. */
  readonly networks: readonly string[]
  /** Coordinates that this client may not ask, whatever its scopes: `Patient.birthDate`. */
  readonly deniedFields: readonly string[]
  readonly safelist: Safelist
}

/** The operations a client has registered. Their texts are at `/control/operations/<sha256>`. */
export interface Safelist {
  /** Counts the changes of this client's list, from 0 for the empty one. */
  readonly version: number
  /** sha-256 of the documents as they were registered, lower-case hex, sorted. */
  readonly sha256: readonly string[]
}

export const NO_LIMITS: ClientLimits = { rate: null, models: {}, quota: null }

/** Restricts nothing. */
export const OPEN_DELIVERY: DeliveryPolicy = {
  operations: 'ANY',
  introspection: true,
  origins: [],
  networks: [],
  deniedFields: [],
  safelist: { version: 0, sha256: [] },
}

/** Largest text of a safelisted operation, in bytes. */
export const LARGEST_OPERATION_BYTES = 100_000

/**
 * Which keys a gateway has seen. Sent in batches, never on a request's path. Figures are absolute for one instance and one
 * hour, so that sending them again changes nothing.
 */
export interface KeysUsed {
  readonly environment: Environment
  /** Names the process; another one after a restart. */
  readonly instance: string
  readonly keys: readonly KeyUse[]
}

export interface KeyUse {
  readonly keyId: string
  readonly clientId: string
  /** The last request, in milliseconds since the epoch. */
  readonly at: number
  /** Requests that this instance has seen in the hour (UTC) of `at`, in all. */
  readonly requests: number
}

/** How much of their quotas clients have used at one gateway. Absolute, as `KeysUsed` is. */
export interface QuotaUsed {
  readonly environment: Environment
  /** Names the process; another one after a restart. A store that gateways share is one instance: `shared`. */
  readonly instance: string
  readonly clients: readonly QuotaUse[]
}

export interface QuotaUse {
  readonly clientId: string
  readonly period: QuotaPeriod
  /** When the period began, in milliseconds since the epoch. */
  readonly periodStart: number
  /** Predictions of this period so far. */
  readonly used: number
}

/** Most entries of one `KeysUsed` or `QuotaUsed`. */
export const MOST_USES = 1_000

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
  /** Of the model and of its versions, whether or not they are deployed; absent where nothing is deprecated. */
  readonly notices?: Notices
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
