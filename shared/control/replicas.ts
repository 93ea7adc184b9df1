import type { Environment } from './protocol.js'

/** A replica says where it can be asked as often as this, in milliseconds. */
export const REPORT_EVERY_MS = 5_000

/** Where one process of a subgraph can be asked. It may be asked until it was not heard of for `REPLICA_LIVE_MS`. */
export interface Replica {
  readonly subgraph: string
  /** Names the process; another one after a restart. */
  readonly replica: string
  /** Its GraphQL endpoint, as the gateway reaches it. */
  readonly url: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}

/** What a replica says of itself, again and again. */
export interface ReplicaReport extends Replica {
  readonly environment: Environment
  /** Said last, before it stops. */
  readonly leaving?: boolean
}

/** The replicas of all subgraphs that were heard of lately. */
export interface Replicas {
  readonly environment: Environment
  readonly replicas: readonly Replica[]
}
