import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { ApolloServer } from '@apollo/server'
import { Pool } from 'undici'
import { type ControlClient, createControlClient } from '../shared/control/client.js'
import { systemLoop } from '../shared/load/loop-wait.js'
import { closeServer, listen } from '../shared/process/listen.js'
import type { Running } from '../shared/process/run.js'
import type { Log } from '../shared/telemetry/log.js'
import { startTracer } from '../shared/telemetry/tracing/start-tracer.js'
import type { Tracer } from '../shared/telemetry/tracing/tracer.js'
import { artifactRoute } from './artifacts/route.js'
import { type GatewayConfig, silenceVendorTelemetry } from './config.js'
import { Documents } from './delivery/documents.js'
import type { HouseOperations } from './delivery/house-operations.js'
import { Networks } from './delivery/networks.js'
import { Provenance } from './delivery/provenance.js'
import { createGraphqlServer } from './graphql-server.js'
import { createProbe } from './health/probe.js'
import { Readiness } from './health/readiness.js'
import { healthRoutes } from './health/routes.js'
import { preflightRoute } from './http/cross-origin.js'
import { createFrontDoor } from './http/front-door.js'
import { graphqlRoute } from './http/graphql-route.js'
import type { Route } from './http/routes.js'
import { createIdentity, type RunningIdentity } from './identity/start-identity.js'
import { Admission } from './limits/admission.js'
import { createLimits, type RunningLimits } from './limits/start-limits.js'
import { createMesh, type RunningMesh } from './mesh/start-mesh.js'
import type { Planner } from './planner/planner.js'
import type { RuleTree } from './policy/rules.js'
import type { Rule } from './policy/shield.js'
import type { RequestContext } from './request-context.js'
import { createSupergraph, type RunningSupergraph } from './supergraph/start-supergraph.js'
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
  /** Operations of the house's own tools, which every client may send. */
  readonly houseOperations: HouseOperations
  readonly rules: { readonly named: Readonly<Record<string, Rule>>; readonly operator: RuleTree }
}

/** Starts a gateway: it listens at once, and takes operations as soon as it has a supergraph. */
export async function startGateway(config: GatewayConfig, parts: GatewayParts): Promise<Running> {
  silenceVendorTelemetry()
  const rooms = createRooms(config, parts)
  const started = rooms.server.start()
  const url = await listen(rooms.http, config)
  rooms.usage.start()
  await Promise.all([rooms.supergraph.start(), rooms.meshed.start()])
  rooms.identity.start()
  rooms.limiting.start()
  parts.log.info({ url, supergraph: rooms.supergraph.graph.current?.number ?? null }, 'the gateway listens')
  return { url, close: () => close(rooms, started) }
}

interface Rooms {
  readonly registry: ControlClient
  readonly uploads: Pool
  readonly identity: RunningIdentity
  readonly limiting: RunningLimits
  readonly meshed: RunningMesh
  readonly supergraph: RunningSupergraph
  readonly server: ApolloServer<RequestContext>
  readonly usage: UsageReporter
  readonly metrics: GatewayMetrics
  readonly tracer: Tracer | undefined
  readonly http: Server
}

function createRooms(config: GatewayConfig, parts: GatewayParts): Rooms {
  const { meshSecret: secret, registryUrl, environment } = config
  const registry = createControlClient({ url: registryUrl, environment, secret, service: 'gateway', now: parts.now })
  const given = { ...parts, registry }
  const identity = createIdentity(config, given)
  const limiting = createLimits(config, { ...given, instance: randomUUID() })
  const meshed = createMesh(config, given)
  const rules = { ...parts.rules, demands: config.demands }
  const supergraph = createSupergraph(config, {
    ...given,
    mesh: meshed.fetches,
    keepOnly: (subgraphs) => meshed.mesh.keepOnly(subgraphs),
    limits: limiting.limits,
    rules,
  })
  const rooms = {
    registry,
    uploads: new Pool(new URL(registryUrl).origin),
    identity,
    limiting,
    meshed,
    supergraph,
    server: createGraphqlServer(supergraph.graph, config.document.maxTokens, parts.log),
    usage: createUsage(config, given),
    metrics: metricsOf({ identity, limiting, meshed, supergraph }),
    tracer: startTracer('gateway', config.tracing, parts.log),
  }
  return { ...rooms, http: frontDoorOf(rooms, config, parts) }
}

function createUsage(config: GatewayConfig, parts: GatewayParts & Pick<Rooms, 'registry'>): UsageReporter {
  const { registry, pause, now, log } = parts
  return new UsageReporter({
    instance: randomUUID(),
    send: (report) => registry.usage(report),
    pause: (signal) => pause(config.usageFlushMs, signal),
    now,
    log,
  })
}

type Measured = Pick<Rooms, 'identity' | 'limiting' | 'meshed' | 'supergraph'>

function metricsOf({ identity, limiting, meshed, supergraph }: Measured): GatewayMetrics {
  const { mesh, shared } = meshed
  const caches = { entities: supergraph.entities, keys: identity.keys, ...(shared && { 'fetches in flight': shared }) }
  const unmatchedRules = () => supergraph.graph.current?.unmatchedRules ?? []
  return createGatewayMetrics({ mesh: () => mesh.counters(), caches, load: limiting, unmatchedRules })
}

function frontDoorOf(rooms: Omit<Rooms, 'http'>, config: GatewayConfig, parts: GatewayParts): Server {
  return createFrontDoor({
    routes: routesOf(rooms, config, parts),
    authenticate: rooms.identity.authenticate,
    provenance: new Provenance(new Networks(config.trustedProxies)),
    shedder: rooms.limiting.shedder,
    loop: systemLoop,
    maxConnections: config.maxConnections,
    usage: rooms.usage,
    requests: rooms.metrics.requests,
    log: parts.log,
    now: parts.now,
  })
}

function routesOf(
  { server, supergraph, registry, uploads, meshed, identity, limiting, metrics, tracer }: Omit<Rooms, 'http'>,
  { document, bodyLimitBytes, deadlineMs, meshSecret: secret, artifactLimitBytes }: GatewayConfig,
  { log, now, houseOperations: house }: Pick<GatewayParts, 'log' | 'now' | 'houseOperations'>,
): readonly Route[] {
  const { shedder, countedIn } = limiting
  const version = () => supergraph.graph.current
  const probe = createProbe(meshed.mesh, meshed.pools)
  const admission = new Admission(document)
  const documents = new Documents({ operation: registry.operation, house, admit: (text) => admission.admit(text) })
  return [
    ...healthRoutes(new Readiness({ supergraph: version, probe, limits: countedIn, now })),
    graphqlRoute({ server, shedder, admission, documents, version, bodyLimitBytes, deadlineMs, log, tracer }),
    preflightRoute,
    artifactRoute({ registry: uploads, secret, limitBytes: artifactLimitBytes, now }),
    metricsRoute({ register: metrics.register, authenticate: identity.authenticate }),
  ]
}

/** Requests still under way this long after a stop was asked for are cut off, in milliseconds. */
const DRAIN_LIMIT_MS = 15_000

/** Lets requests under way end before what they stand on goes. */
async function close(rooms: Rooms, started: Promise<void>) {
  const { http, supergraph, meshed, server, registry, uploads, identity, limiting, usage, tracer } = rooms
  await Promise.all([supergraph.unfollow(), meshed.unfollow()])
  await closeServer(http, DRAIN_LIMIT_MS)
  if (supergraph.graph.current) {
    await started
    await server.stop()
  }
  await meshed.stop()
  await Promise.all([identity.stop(), limiting.stop(), usage.stop(), tracer?.stop()])
  await Promise.all([registry.close(), uploads.destroy()])
}
