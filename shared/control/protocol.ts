import type { Contract } from '../contract/declaration.js'

/**
 * The registry's control plane, HTTP + JSON for our own processes, signed with the mesh secret (audience `registry`):
 *
 * - `GET  /control/supergraph?environment=test` with `If-None-Match`: the supergraph SDL (text), `ETag`, `x-supergraph-version`; 304; 404 before the first
 * - `POST /control/keys/verify` `KeyQuery`: `KeyHolder`, or 404
 * - `GET  /control/deployments?environment=test&models=a,b` with `If-None-Match`, and `wait` (ms) for a long poll: `Deployments`; 304
 * - `GET  /artifacts/<sha256>`: the bytes. `PUT /artifacts/<sha256>`: stores them; 409-like `INVALID_ARTIFACT` when they don't match
 */
export const CONTROL = {
  supergraph: '/control/supergraph',
  verifyKey: '/control/keys/verify',
  deployments: '/control/deployments',
  artifacts: '/artifacts',
} as const

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
}

export interface VersionDeployment {
  /** `fraud-detector@3` */
  readonly id: string
  readonly version: number
  readonly artifactSha256: string
  readonly artifactBytes: number
}
