import type { Environment } from '../../shared/control/protocol.js'
import type { Log } from '../../shared/telemetry/log.js'
import type { ArtifactStore } from './artifacts/artifact-store.js'
import type { Changes } from './changes/changes.js'
import type { OneAtATime } from './changes/one-at-a-time.js'
import type { Database } from './database/database.js'
import type { TrialBench } from './publishing/trial-bench.js'
import type { GateFigures } from './rollouts/gate-figures.js'
import type { Composer } from './schemas/composer.js'

/** What the registry's rooms stand on. */
export interface Registry {
  readonly environment: Environment
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly composer: Composer
  /** Publications in this process take turns; between replicas the database decides. */
  readonly publications: { readonly subgraphs: OneAtATime; readonly versions: OneAtATime }
  readonly trials: TrialBench
  /** How long predictions are kept, in days. */
  readonly predictionDays: number
  readonly changes: Changes
  /** What the gates of rollouts are judged by. */
  readonly gateFigures: GateFigures
  /** Random; names the cohort of a canary. */
  readonly newSalt: () => string
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
}
