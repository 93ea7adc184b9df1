import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { ConfigError } from '../../shared/config/read.js'
import { REGISTRY } from '../../shared/control/protocol.js'
import { closeServer, listen } from '../../shared/process/listen.js'
import type { Running } from '../../shared/process/run.js'
import { systemClock as clock } from '../../shared/serving/clock.js'
import { buildSchemaOf } from '../../shared/serving/schema/build.js'
import { createLog } from '../../shared/telemetry/log.js'
import { ArtifactStore } from './artifacts/artifact-store.js'
import { artifactRoutes } from './artifacts/routes.js'
import { Changes } from './changes/changes.js'
import { OneAtATime } from './changes/one-at-a-time.js'
import { keepDevClients } from './clients/dev-clients.js'
import { migrateClients } from './clients/migrate-clients.js'
import type { RegistryConfig } from './config.js'
import type { Route } from './control/answer.js'
import { healthRoutes } from './control/health-routes.js'
import { createHttpServer } from './control/http-server.js'
import { controlRoutes } from './control/routes.js'
import { attachDatabase } from './database/attach-database.js'
import type { OnCommand } from './database/database.js'
import { withOutcomes } from './gate/outcome-figures.js'
import { startGraphqlRoute } from './graph/graphql-route.js'
import { subgraph } from './graph/subgraph.js'
import { operationRoutes } from './operations/routes.js'
import { predictionRoutes } from './predictions/routes.js'
import { TrialBench } from './publishing/trial-bench.js'
import type { Registry } from './registry.js'
import { replicaRoutes } from './replicas/routes.js'
import { migrateChampions } from './rollouts/migrate-champions.js'
import { predictionFigures } from './rollouts/prediction-figures.js'
import { keepTending } from './rollouts/tending.js'
import { Composer } from './schemas/composer.js'
import { publishItself } from './schemas/publish-itself.js'
import { keepComposed } from './schemas/recompose.js'
import { createRegistryMetrics } from './telemetry/registry-metrics.js'
import { usageRoutes } from './usage/routes.js'
import { settleAllVersions } from './versions/versions.js'

/** A request that takes longer is cut off when the registry stops, in milliseconds. */
const DRAIN_MS = 10_000
/** Time for a request that brings no deadline. */
const DEADLINE_MS = 60_000

/** Starts the registry in this process: its database, its part of the graph, its control plane. */
export async function startRegistry(config: RegistryConfig, given: Given = {}): Promise<Running> {
  const { registry, close } = await openRegistry(config, given)
  try {
    return await serve(registry, config, close)
  } catch (error) {
    await close()
    throw error
  }
}

/** What a registry is given by who starts it; it makes the rest itself, and closes only that. */
export interface Given {
  readonly composer?: Composer
  readonly trials?: TrialBench
  readonly onCommand?: OnCommand
}

/** What a registry stands on, ready to be served. */
export interface OpenRegistry {
  readonly registry: Registry
  close(): Promise<void>
}

/** Opens database and folders, and completes what a crash has cut short. */
export async function openRegistry(config: RegistryConfig, given: Given = {}): Promise<OpenRegistry> {
  const log = createLog(REGISTRY, config.logLevel)
  await makeDataFolder(config.dataFolder)
  const artifacts = new ArtifactStore(join(config.dataFolder, 'artifacts'), config.artifactLimitBytes)
  await artifacts.open(clock.now())
  const { database, close: detach } = await attachDatabase({ ...config, log, onCommand: given.onCommand })
  const { composer = new Composer(), trials = new TrialBench() } = given
  const registry = registryOf(config, { database, artifacts, log, composer, trials })
  const close = async () => {
    if (!given.trials) trials.close()
    if (!given.composer) await composer.close()
    await detach()
  }
  await settleAllVersions(database)
  await migrateChampions(database)
  await migrateClients(database)
  return { registry, close }
}

function registryOf(
  { environment, predictionDays }: RegistryConfig,
  opened: Pick<Registry, 'database' | 'artifacts' | 'log' | 'composer' | 'trials'>,
): Registry {
  return {
    ...opened,
    environment,
    predictionDays,
    publications: { subgraphs: new OneAtATime(), versions: new OneAtATime() },
    changes: new Changes(),
    gateFigures: withOutcomes(
      predictionFigures(opened.database, () => setImmediate()),
      opened.database,
    ),
    newSalt: randomUUID,
    now: clock.now,
  }
}

async function serve(registry: Registry, config: RegistryConfig, release: () => Promise<void>): Promise<Running> {
  if (config.devKeys) await keepDevClients(registry, config.devKeys)
  const stopping = new AbortController()
  const schema = await buildSchemaOf(subgraph)
  const { meshSecret: secret, bodyLimitBytes: maxBodyBytes } = config
  const identity = { audience: REGISTRY, secret, clock, deadlineMs: DEADLINE_MS }
  const graphql = await startGraphqlRoute(schema, registry, { ...identity, maxBodyBytes })
  const metrics = createRegistryMetrics()
  const own = { ...ownRoutes(registry, config, stopping.signal), ...metrics.routes }
  const routes = { 'POST /graphql': graphql.route, ...own }
  const server = createHttpServer({
    ...{ routes, log: registry.log, stopping: stopping.signal, onAnswered: metrics.onAnswered },
  })
  const url = await listen(server, config)
  const ticking = { pause, everyMs: config.rolloutTickMs, signal: stopping.signal }
  const tending = Promise.all([keepTending(registry, ticking), keepComposed(registry, ticking)])
  const close = async () => {
    stopping.abort()
    await closeServer(server, DRAIN_MS)
    await tending
    await graphql.stop()
    await release()
    registry.log.info('registry stopped')
  }
  await publishItself(registry, schema.sdl, new URL('/graphql', config.publicUrl ?? url).href)
  registry.log.info({ url }, 'registry listens')
  return { url, close }
}

/** Everything but GraphQL. */
function ownRoutes(registry: Registry, config: RegistryConfig, stopping: AbortSignal): Readonly<Record<string, Route>> {
  const { meshSecret: secret, bodyLimitBytes: maxBodyBytes, databasePollMs: lookMs, artifactLimitBytes } = config
  const verification = { secret, now: clock.now }
  return {
    ...healthRoutes(registry, stopping),
    ...controlRoutes(registry, { ...verification, lookMs, maxBodyBytes }),
    ...replicaRoutes(registry, { ...verification, lookMs, maxBodyBytes }),
    ...predictionRoutes(registry, verification),
    ...usageRoutes(registry, { ...verification, maxBodyBytes }),
    ...operationRoutes(registry, verification),
    ...artifactRoutes(registry.artifacts, { ...verification, limitBytes: artifactLimitBytes }),
  }
}

const pause = (ms: number, signal: AbortSignal) => setTimeout(ms, undefined, { signal })

async function makeDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new ConfigError(
      `The folder ${folder} cannot be made (${(error as NodeJS.ErrnoException).code}); set MODELGRAPH_DATA.`,
    )
  }
}
