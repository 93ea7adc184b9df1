import { join } from 'node:path'
import type { ControlClient } from '../../control/client.js'
import type { Environment } from '../../control/protocol.js'
import type { Engine } from '../../inference/engine.js'
import type { Breakers } from '../../rollout/breaker.js'
import type { Log } from '../../telemetry/log.js'
import { RoutingTable } from '../predict/routing-table.js'
import type { Model } from '../subgraph.js'
import { Acknowledger } from './acknowledger.js'
import { ArtifactStore } from './artifact-store.js'
import { Deployer } from './deployer.js'
import { DeploymentsFile } from './deployments-file.js'
import { follow, recall } from './follow.js'
import { type Readiness, readinessOf } from './readiness.js'

export interface VersionsOptions {
  readonly models: readonly Model[]
  readonly engine: Engine
  /** Told by predictions, asked by routes. */
  readonly breakers: Breakers
  readonly client: ControlClient
  readonly environment: Environment
  /** Names this process to the registry; another one after a restart. */
  readonly replica: string
  /** Folder for artifacts and what is remembered; this process alone writes there. */
  readonly folder: string
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Waits; ends early, by rejecting, when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>
  /** Uniform in [0, 1). */
  readonly random: () => number
}

/** The versions of a subgraph's models, kept as the registry wants them. */
export interface Versions {
  readonly routing: RoutingTable
  readiness(): Readiness
  /** Follows the registry no more; what is loaded stays. */
  stop(): Promise<void>
}

/** Loads what was remembered, then follows the registry; resolves after the first of these. */
export async function startVersions(options: VersionsOptions): Promise<Versions> {
  const { models, engine, breakers, folder, log } = options
  const routing = new RoutingTable(breakers, options.now)
  const artifacts = new ArtifactStore(join(folder, 'artifacts'))
  const deployer = new Deployer({ models, engine, artifacts, routing, log })
  const file = new DeploymentsFile(join(folder, 'deployments.json'))
  const stopping = new AbortController()
  const { signal } = stopping
  const acknowledger = new Acknowledger({ ...options, deployer, routing, signal })
  const inEffect = () => acknowledger.tell()
  const names = models.map(({ name }) => name)
  const following = { ...options, models: names, deployer, artifacts, file, signal, inEffect }
  if (models.length > 0) await recall(following)
  const followed = models.length > 0 ? Promise.all([follow(following), acknowledger.repeat()]) : Promise.resolve()
  return {
    routing,
    readiness: () => readinessOf({ deployer, routing, engine, models: models.length }),
    async stop() {
      stopping.abort()
      await followed
    },
  }
}
