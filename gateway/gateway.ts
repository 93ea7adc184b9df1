import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { ApolloServer } from '@apollo/server'
import { Pool } from 'undici'
import { type ControlClient, createControlClient } from '../shared/control/client.js'
import { closeServer, listen } from '../shared/process/listen.js'
import type { Running } from '../shared/process/run.js'
import type { Log } from '../shared/telemetry/log.js'
import { startTracer } from '../shared/telemetry/tracing/start-tracer.js'
import type { Tracer } from '../shared/telemetry/tracing/tracer.js'
import { artifactRoute } from './artifacts/route.js'
import { type GatewayConfig, silenceVendorTelemetry } from './config.js'
import { Documents } from './delivery/documents.js'
import { Networks } from './delivery/networks.js'
import { Provenance } from './delivery/provenance.js'
import { EntityCache } from './execution/entity-cache.js'
import { createGraphqlServer } from './graphql-server.js'
import { createProbe } from './health/probe.js'
import { Readiness } from './health/readiness.js'
import { healthRoutes } from './health/routes.js'
import { preflightRoute } from './http/cross-origin.js'
import { graphqlRoute } from './http/graphql-route.js'
import { createHttpServer } from './http/server.js'
import { createAuthenticate } from './identity/authenticate.js'
import { KeyCache } from './identity/key-cache.js'
import { KeyUses } from './identity/key-uses.js'
import { readKeys } from './identity/tokens/read-keys.js'
import { Tokens } from './identity/tokens/tokens.js'
import { Admission } from './limits/admission.js'
import { createLimits, type RunningLimits } from './limits/start-limits.js'
import { HttpMesh } from './mesh/http-mesh.js'
import { systemTime } from './mesh/mesh-time.js'
import { ReplicaFollower } from './mesh/replicas/replica-follower.js'
import { ReplicaMemory } from './mesh/replicas/replica-memory.js'
import { Pools } from './mesh/wire/pools.js'
import { createTransport } from './mesh/wire/transport.js'
import type { Planner } from './planner/planner.js'
import { explainRoute } from './policy/explain-route.js'
import type { RuleTree } from './policy/rules.js'
import type { Rule } from './policy/shield.js'
import type { RequestContext } from './request-context.js'
import { MeshGateway } from './supergraph/mesh-gateway.js'
import { SupergraphFollower } from './supergraph/supergraph-follower.js'
import { SupergraphMemory } from './supergraph/supergraph-memory.js'
import { createGatewayMetrics, type GatewayMetrics } from './telemetry/gateway-metrics.js'
import { metricsRoute } from './telemetry/metrics-route.js'
import { UsageReporter } from './usage/usage-reporter.js'

/** What a gateway is given beside its settings. */
export interface GatewayParts {
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Loads and plans; its owner closes it after the gateway. */
  readonly planner: Planner
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly rules: { readonly named: Readonly<Record<string, Rule>>; readonly operator: RuleTree }
}

/** How often the registry may be told which keys were used, in milliseconds. */
export const KEY_USES_EVERY_MS = 5_000

/** Starts a gateway: it listens at once, and takes operations as soon as it has a supergraph. */
export async function startGateway(config: GatewayConfig, parts: GatewayParts): Promise<Running> {
  silenceVendorTelemetry()
  const rooms = build(config, parts)
  const started = rooms.server.start()
  const url = await listen(rooms.http, config)
  rooms.usage.start()
  await Promise.all([rooms.follower.start(), rooms.replicas.start()])
  rooms.uses.start()
  rooms.limiting.start()
  parts.log.info({ url, supergraph: rooms.graph.current?.number ?? null }, 'the gateway listens')
  return { url, close: () => close(rooms, started) }
}

interface Rooms {
  readonly registry: ControlClient
  readonly uploads: Pool
  readonly pools: Pools
  readonly mesh: HttpMesh
  readonly replicas: ReplicaFollower
  readonly graph: MeshGateway
  readonly server: ApolloServer<RequestContext>
  readonly follower: SupergraphFollower
  readonly uses: KeyUses
  readonly limiting: RunningLimits
  readonly usage: UsageReporter
  readonly keys: KeyCache
  readonly metrics: GatewayMetrics
  readonly tracer: Tracer | undefined
  readonly http: Server
}

function build(config: GatewayConfig, parts: GatewayParts): Rooms {
  const { log, now, pause, planner } = parts
  const rules = { ...parts.rules, demands: config.demands }
  const { meshSecret: secret, registryUrl, environment } = config
  const registry = createControlClient({ url: registryUrl, environment, secret, service: 'gateway', now })
  const pools = new Pools()
  const mesh = createMesh(pools, config, parts)
  const entities = new EntityCache(ENTITIES)
  const instance = randomUUID()
  const limiting = createLimits(config, { ...parts, registry, instance })
  const { limits } = limiting
  const graph = new MeshGateway({ planner, mesh, entities, rules, limits, log })
  const memory = new ReplicaMemory(config.dataFolder, environment)
  const replicas = new ReplicaFollower({ registry, memory, use: (urls) => mesh.useReplicas(urls), pause, log })
  const follower = new SupergraphFollower({
    registry,
    memory: new SupergraphMemory(config.dataFolder, environment),
    take: (supergraph) => graph.publish(supergraph),
    pause: (signal) => pause(config.supergraphPollMs, signal),
    log,
  })
  const server = createGraphqlServer(graph, config.document.maxTokens, log)
  const uploads = new Pool(new URL(registryUrl).origin)
  const uses = new KeyUses({
    tell: registry.keysUsed,
    instance,
    pause: (signal) => pause(KEY_USES_EVERY_MS, signal),
    now,
  })
  const usage = new UsageReporter({
    instance: randomUUID(),
    send: (report) => registry.usage(report),
    pause: (signal) => pause(config.usageFlushMs, signal),
    now,
    log,
  })
  const tracer = startTracer('gateway', config.tracing, log)
  const keys = keyCacheOf(registry, config, now)
  const metrics = createGatewayMetrics({ mesh: () => mesh.counters(), caches: { entities, keys } })
  const told = { uses, limiting, usage, keys, metrics, tracer }
  const routed = { registry, uploads, pools, mesh, replicas, graph, server, follower, ...told }
  return { ...routed, http: createFrontDoor(routed, config, parts) }
}

/** Entities that never change, kept for all: a model version and what hangs on it takes about a kilobyte. */
const ENTITIES = { entries: 20_000, bytes: 32_000_000 }

function createMesh(pools: Pools, config: GatewayConfig, { now, random, log }: GatewayParts): HttpMesh {
  const { meshSecret: secret, environment, subgraphTimeoutMs: timeoutMs, mesh } = config
  const transport = createTransport(pools)
  const keepConnections = (origins: ReadonlySet<string>) => pools.keepOnly(origins)
  const time = systemTime(now)
  return new HttpMesh({ ...mesh, secret, environment, timeoutMs, transport, keepConnections, time, random, log })
}

function createFrontDoor(rooms: Omit<Rooms, 'http'>, config: GatewayConfig, { log, now }: GatewayParts): Server {
  const { server, graph, registry, uploads, pools, mesh, uses, usage, limiting, keys, metrics, tracer } = rooms
  const { environment, meshSecret: secret, artifactLimitBytes } = config
  const { shedder, countedIn } = limiting
  const version = () => graph.current
  const probe = createProbe(mesh, pools)
  const onUse: KeyUses['count'] = (holder, time) => uses.count(holder, time)
  const { bodyLimitBytes, deadlineMs } = config
  const admission = new Admission(config.document)
  const documents = new Documents({ operation: registry.operation, admit: (text) => admission.admit(text) })
  const authenticate = createAuthenticate({ keys, tokens: tokensOf(config, now), environment, now, onUse })
  return createHttpServer({
    routes: [
      ...healthRoutes(new Readiness({ supergraph: version, probe, limits: countedIn, now })),
      graphqlRoute({ server, shedder, admission, documents, version, bodyLimitBytes, deadlineMs, log, tracer }),
      preflightRoute,
      explainRoute({ version, admission, bodyLimitBytes }),
      artifactRoute({ registry: uploads, secret, limitBytes: artifactLimitBytes, now }),
      metricsRoute({ register: metrics.register, authenticate }),
    ],
    authenticate,
    provenance: new Provenance(new Networks(config.trustedProxies)),
    log,
    now,
    monotonic: () => performance.now(),
    requests: metrics.requests,
    onEnded: (ended) => {
      usage.count(ended)
      metrics.requests.end(ended)
    },
  })
}

function keyCacheOf({ verifyKey: verify }: ControlClient, config: GatewayConfig, now: () => number): KeyCache {
  return new KeyCache({ verify, ttlMs: config.keyTtlMs, staleMs: config.keyStaleMs, now })
}

function tokensOf({ issuers, environment }: GatewayConfig, now: () => number): Tokens | undefined {
  return issuers.length > 0 ? new Tokens({ issuers, readKeys, environment, now }) : undefined
}

/** Requests still under way this long after a stop was asked for are cut off, in milliseconds. */
const DRAIN_LIMIT_MS = 15_000

/** Lets requests under way end before what they stand on goes. */
async function close(rooms: Rooms, started: Promise<void>) {
  const { http, follower, graph, server, registry, uploads, mesh, replicas, pools } = rooms
  const { uses, limiting, usage, tracer } = rooms
  await Promise.all([follower.stop(), replicas.stop()])
  await closeServer(http, DRAIN_LIMIT_MS)
  if (graph.current) {
    await started
    await server.stop()
  }
  await mesh.drain()
  await Promise.all([uses.stop(), limiting.stop(), usage.stop(), tracer?.stop()])
  await Promise.all([registry.close(), uploads.destroy(), pools.close()])
}
