import type { Engine } from '../../inference/engine.js'
import type { PredictionLogStatus } from '../../prediction-log/log-counts.js'
import type { RoutingTable } from '../predict/routing-table.js'
import type { Deployer } from './deployer.js'

/** Whether a subgraph should get traffic, and why not. */
export interface Readiness {
  readonly status: 'ready' | 'starting' | 'draining'
  readonly models: readonly ModelReadiness[]
  /** What becomes of the rows that were answered. */
  readonly predictionLog?: PredictionLogStatus
}

export interface ModelReadiness {
  readonly model: string
  /** The version that answers by default, or null while none does. */
  readonly champion: string | null
  /** Of the rollout that is in effect here, or null without one. */
  readonly revision: number | null
  readonly versions: readonly VersionReadiness[]
}

export interface VersionReadiness {
  readonly id: string
  readonly state: string
  /** Why it is not loaded. */
  readonly error?: { readonly code: string; readonly message: string }
}

export interface ReadinessSources {
  readonly deployer: Deployer
  readonly routing: RoutingTable
  readonly engine: Engine
  /** How many models this subgraph declares. */
  readonly models: number
}

/**
 * Ready when the last known deployments are in effect: each deployed model has a version that answers. A subgraph with
 * models that has not heard of any deployments yet is starting; a model without a champion is nothing to wait for.
 */
export function readinessOf({ deployer, routing, engine, models }: ReadinessSources): Readiness {
  const states = new Map(engine.status().map(({ id, state }) => [id, state]))
  const deployments = deployer.current ?? []
  const known = models === 0 || deployer.current !== undefined
  const waiting = deployments.some(({ model, aliases }) => 'champion' in aliases && !championOf(model, routing))
  return {
    status: known && !waiting ? 'ready' : 'starting',
    models: deployments.map(({ model, versions }) => ({
      model,
      champion: championOf(model, routing),
      revision: routing.of(model)?.policy?.revision ?? null,
      versions: versions.map(({ id }) => versionReadiness(id, states.get(id), deployer)),
    })),
  }
}

function championOf(model: string, routing: RoutingTable): string | null {
  const routes = routing.of(model)
  return (routes?.champion !== undefined && routes.versions.get(routes.champion)?.id) || null
}

function versionReadiness(id: string, state: string | undefined, deployer: Deployer): VersionReadiness {
  const error = deployer.failureOf(id)?.error
  if (error) return { id, state: 'FAILED', error: { code: error.code, message: error.message } }
  return { id, state: state ?? 'WAITING' }
}
