import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { ConfigError, readConfig } from '../../shared/config/read.js'
import { environmentName, meshSecret, wholeNumber } from '../../shared/config/settings.js'
import type { Environment } from '../../shared/control/protocol.js'

const MB = 1_000_000
const MINUTE_MS = 60_000

const settings = z.object({
  PORT: wholeNumber(0, 65_535, 4001),
  HOST: z.string().default('127.0.0.1'),
  MODELGRAPH_MESH_SECRET: meshSecret,
  MODELGRAPH_DATA: z.string().default('.modelgraph'),
  MODELGRAPH_ENVIRONMENT: environmentName,
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'expected a URI such as mongodb://127.0.0.1:27017/modelgraph')
    .optional(),
  MODELGRAPH_REGISTRY_URL: z
    .url({ protocol: /^https?$/, error: 'expected the URL of the registry, such as http://127.0.0.1:4001' })
    .optional(),
  MODELGRAPH_DEV_KEYS: z.string().optional(),
  MODELGRAPH_ARTIFACT_LIMIT_BYTES: wholeNumber(1_000, 100_000 * MB, 256 * MB),
  MODELGRAPH_BODY_LIMIT_BYTES: wholeNumber(1_000, 100 * MB, 5 * MB),
  MODELGRAPH_DATABASE_POLL_MS: wholeNumber(10, 10 * MINUTE_MS, 2_000),
  MODELGRAPH_ROLLOUT_TICK_MS: wholeNumber(10, 10 * MINUTE_MS, 1_000),
  MODELGRAPH_PREDICTION_DAYS: wholeNumber(1, 3_650, 30),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'expected fatal, error, warn, info, debug, trace or silent',
    })
    .default('info'),
})

const devKeys = z.object({ admin: z.string(), team: z.string(), app: z.string() })

/** Keys of the three development clients. */
export type DevKeys = z.infer<typeof devKeys>

/** What the registry can be told. Times are in milliseconds, sizes in bytes. */
export interface RegistryConfig {
  readonly port: number
  readonly host: string
  readonly meshSecret: string
  /** Folder of artifacts and of the embedded store. */
  readonly dataFolder: string
  readonly environment: Environment
  /** A MongoDB server; without one, the embedded store. */
  readonly mongodbUri: string | undefined
  /** Where others reach the registry, when that is not where it listens. */
  readonly publicUrl: string | undefined
  readonly devKeys: DevKeys | undefined
  readonly artifactLimitBytes: number
  /** Largest body of a GraphQL or control request. */
  readonly bodyLimitBytes: number
  /** How often a long poll looks at the database for what other replicas changed. */
  readonly databasePollMs: number
  /** How often rollouts are brought on: gates, steps, replicas that became ready. */
  readonly rolloutTickMs: number
  /** How long predictions are kept, in days. */
  readonly predictionDays: number
  readonly logLevel: string
}

/** Reads the settings. Throws `ConfigError`, one sentence, for a wrong one. */
export function readRegistryConfig(env: NodeJS.ProcessEnv = process.env): RegistryConfig {
  const given = readConfig(settings, env)
  return {
    port: given.PORT,
    host: given.HOST,
    meshSecret: given.MODELGRAPH_MESH_SECRET,
    dataFolder: given.MODELGRAPH_DATA,
    environment: given.MODELGRAPH_ENVIRONMENT,
    mongodbUri: given.MONGODB_URI,
    publicUrl: given.MODELGRAPH_REGISTRY_URL,
    devKeys: given.MODELGRAPH_DEV_KEYS === undefined ? undefined : readDevKeys(given.MODELGRAPH_DEV_KEYS),
    artifactLimitBytes: given.MODELGRAPH_ARTIFACT_LIMIT_BYTES,
    bodyLimitBytes: given.MODELGRAPH_BODY_LIMIT_BYTES,
    databasePollMs: given.MODELGRAPH_DATABASE_POLL_MS,
    rolloutTickMs: given.MODELGRAPH_ROLLOUT_TICK_MS,
    predictionDays: given.MODELGRAPH_PREDICTION_DAYS,
    logLevel: given.LOG_LEVEL,
  }
}

/** The setting holds the JSON itself, or names a file that does. */
function readDevKeys(setting: string): DevKeys {
  const wrong = 'expected {"admin", "team", "app"} as JSON, or the path of a file that holds it'
  try {
    const text = setting.trimStart().startsWith('{') ? setting : readFileSync(setting, 'utf8')
    return devKeys.parse(JSON.parse(text))
  } catch {
    throw new ConfigError(`The setting MODELGRAPH_DEV_KEYS is wrong: ${wrong}.`)
  }
}

/** The MongoDB server that the tests run against as well, when there is one. */
export function testMongodbUri(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return readConfig(settings.pick({ MONGODB_URI: true }), env).MONGODB_URI
}
