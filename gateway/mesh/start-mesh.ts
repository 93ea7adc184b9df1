import type { ControlClient } from '../../shared/control/client.js'
import type { Log } from '../../shared/telemetry/log.js'
import type { GatewayConfig } from '../config.js'
import { HttpMesh } from './http-mesh.js'
import { openLink } from './link/open-link.js'
import type { Mesh } from './mesh.js'
import { systemTime } from './mesh-time.js'
import { ReplicaFollower } from './replicas/replica-follower.js'
import { ReplicaMemory } from './replicas/replica-memory.js'
import { SharedFetches } from './shared-fetches.js'
import { Pools } from './wire/pools.js'
import { createTransport } from './wire/transport.js'

export interface MeshParts {
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly registry: Pick<ControlClient, 'replicas'>
}

/** The way to the subgraphs, with what follows their replicas. */
export interface RunningMesh {
  readonly mesh: HttpMesh
  /** The way that requests take. */
  readonly fetches: Mesh
  /** Where identical queries share a fetch on it. */
  readonly shared: SharedFetches | undefined
  readonly pools: Pools
  /** Follows the replicas; resolves when those remembered or known to the registry are in use. */
  start(): Promise<void>
  /** Follows no longer; calls go on. */
  unfollow(): Promise<void>
  /** Resolves when all calls have ended and every connection is closed. */
  stop(): Promise<void>
}

/** Nothing runs before `start`. */
export function createMesh(config: GatewayConfig, parts: MeshParts): RunningMesh {
  const pools = new Pools()
  const mesh = httpMeshOn(pools, config, parts)
  const replicas = new ReplicaFollower({
    registry: parts.registry,
    memory: new ReplicaMemory(config.dataFolder, config.environment),
    use: (urls) => mesh.useReplicas(urls),
    pause: parts.pause,
    log: parts.log,
  })
  const shared = config.sharesQueries ? new SharedFetches(mesh) : undefined
  return {
    mesh,
    fetches: shared ?? mesh,
    shared,
    pools,
    start: () => replicas.start(),
    unfollow: () => replicas.stop(),
    async stop() {
      await mesh.drain()
      await pools.close()
    },
  }
}

function httpMeshOn(pools: Pools, config: GatewayConfig, { now, random, log }: MeshParts): HttpMesh {
  const { meshSecret: secret, environment, subgraphTimeoutMs: timeoutMs, mesh } = config
  const transport = createTransport(pools)
  const keepConnections = (origins: ReadonlySet<string>) => pools.keepOnly(origins)
  const time = systemTime(now)
  return new HttpMesh({
    ...mesh,
    secret,
    environment,
    timeoutMs,
    transport,
    openLink,
    keepConnections,
    time,
    random,
    log,
  })
}
