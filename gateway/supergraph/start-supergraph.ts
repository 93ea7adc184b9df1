import type { ControlClient } from '../../shared/control/client.js'
import type { GatewayConfig } from '../config.js'
import type { HouseOperations } from '../delivery/house-operations.js'
import { EntityCache } from '../execution/entity-cache.js'
import { Admission } from '../limits/admission.js'
import { MeshGateway, type MeshGatewayOptions } from './mesh-gateway.js'
import { SupergraphFollower } from './supergraph-follower.js'
import { SupergraphMemory } from './supergraph-memory.js'

export interface SupergraphParts extends Omit<MeshGatewayOptions, 'entities' | 'explaining'> {
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly registry: Pick<ControlClient, 'supergraph' | 'registeredClient'>
  /** What every client may send, whatever its safelist. */
  readonly houseOperations: HouseOperations
}

/** The versions of the supergraph, with what follows the registry's. */
export interface RunningSupergraph {
  readonly graph: MeshGateway
  readonly entities: EntityCache
  /** Resolves when the first supergraph was asked for, whether there is one or not. */
  start(): Promise<void>
  /** Follows no longer; versions go on. */
  unfollow(): Promise<void>
}

/** Entities that never change, kept for all: a model version and what hangs on it takes about a kilobyte. */
const ENTITIES = { entries: 20_000, bytes: 32_000_000 }

/** Nothing runs before `start`. */
export function createSupergraph(config: GatewayConfig, parts: SupergraphParts): RunningSupergraph {
  const { registry, pause, houseOperations: house, ...options } = parts
  const entities = new EntityCache(ENTITIES)
  const admission = new Admission(config.document)
  const explaining = {
    admit: (text: string) => admission.admit(text),
    client: registry.registeredClient,
    environment: config.environment,
    house,
  }
  const graph = new MeshGateway({ ...options, entities, explaining })
  const follower = new SupergraphFollower({
    registry,
    memory: new SupergraphMemory(config.dataFolder, config.environment),
    take: (supergraph) => graph.publish(supergraph),
    pause: (signal) => pause(config.supergraphPollMs, signal),
    log: options.log,
  })
  return { graph, entities, start: () => follower.start(), unfollow: () => follower.stop() }
}
