import { z } from 'zod'
import { readConfig } from '../config/read.js'
import { otlpEndpoint, otlpHeaders, tracesRatio, tracingOf } from '../telemetry/tracing/settings.js'

const whole = (what: string, min: number, max: number) =>
  z.coerce.number(`expected ${what}`).int(`expected ${what}`).min(min, `expected ${what}`).max(max, `expected ${what}`)

const settings = z.object({
  /** 0 takes a free port. */
  PORT: whole('a port number from 0 to 65535', 0, 65_535).default(0),
  HOST: z.string().default('127.0.0.1'),
  /** Where the gateway reaches this process; unset, where it listens. */
  ADVERTISED_URL: z
    .url({ protocol: /^https?$/, error: 'expected the URL of this process, e.g. http://10.0.0.7:4010' })
    .optional(),
  /** The secret that all processes share; identities are signed with it. */
  MODELGRAPH_MESH_SECRET: z
    .string('expected at least 32 characters that all processes share')
    .min(32, 'expected at least 32 characters that all processes share'),
  MODELGRAPH_REGISTRY_URL: z.url('expected the URL of the registry, e.g. http://127.0.0.1:4001'),
  /** Folder for this subgraph's artifacts and what it remembers. */
  MODELGRAPH_DATA: z.string('expected a folder for artifacts'),
  MODELGRAPH_ENVIRONMENT: z
    .enum(['test', 'staging', 'production'], 'expected test, staging or production')
    .default('test'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'expected trace, debug, info, warn, error or silent')
    .default('info'),
  MODELGRAPH_MEMORY_BUDGET_MB: whole('a number of megabytes from 16', 16, 1_048_576).default(1_024),
  MODELGRAPH_ANSWER_CACHE_MB: whole('a number of megabytes from 0 to 65536', 0, 65_536).default(32),
  MODELGRAPH_MAX_ROWS: whole('a number of rows from 1 to 100000', 1, 100_000).default(1_000),
  MODELGRAPH_MAX_COLUMN_ROWS: whole('a number of rows from 1 to 1000000', 1, 1_000_000).default(100_000),
  MODELGRAPH_MAX_OPERATIONS: whole('a number of operations from 1 to 1000000', 1, 1_000_000).default(2_000),
  MODELGRAPH_MAX_ROWS_UNDER_WAY: whole('a number of rows from 1 to 10000000', 1, 10_000_000).default(100_000),
  MODELGRAPH_MAX_BODY_MB: whole('a number of megabytes from 1 to 64', 1, 64).default(6),
  MODELGRAPH_DEADLINE_MS: whole('milliseconds from 1 to 600000', 1, 600_000).default(10_000),
  MODELGRAPH_DRAIN_MS: whole('milliseconds from 0 to 20000', 0, 20_000).default(10_000),
  MODELGRAPH_PREDICTION_LOG: z.enum(['on', 'off'], 'expected on or off').default('on'),
  MODELGRAPH_LOG_SAMPLE_PERCENT: z.coerce
    .number('expected a percentage above 0 up to 100')
    .gt(0, 'expected a percentage above 0 up to 100')
    .max(100, 'expected a percentage above 0 up to 100')
    .default(100),
  MODELGRAPH_LOG_SPOOL_MB: whole('a number of megabytes from 4 to 1048576', 4, 1_048_576).default(256),
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
  OTEL_EXPORTER_OTLP_HEADERS: otlpHeaders,
  OTEL_TRACES_SAMPLER_ARG: tracesRatio,
  MODELGRAPH_INTROSPECTION: z.enum(['on', 'off'], 'expected on or off').default('off'),
})

/** Settings of a subgraph's process. */
export type ServingConfig = ReturnType<typeof readServingConfig>

export function readServingConfig(env: NodeJS.ProcessEnv = process.env) {
  const read = readConfig(settings, env)
  return {
    listen: { host: read.HOST, port: read.PORT },
    advertisedUrl: read.ADVERTISED_URL,
    secret: read.MODELGRAPH_MESH_SECRET,
    registryUrl: read.MODELGRAPH_REGISTRY_URL,
    dataFolder: read.MODELGRAPH_DATA,
    environment: read.MODELGRAPH_ENVIRONMENT,
    tracing: tracingOf(read),
    logLevel: read.LOG_LEVEL,
    memoryBudgetBytes: read.MODELGRAPH_MEMORY_BUDGET_MB * 2 ** 20,
    answerCacheBytes: read.MODELGRAPH_ANSWER_CACHE_MB * 2 ** 20,
    limits: { rows: read.MODELGRAPH_MAX_ROWS, columnRows: read.MODELGRAPH_MAX_COLUMN_ROWS },
    underWay: {
      operations: read.MODELGRAPH_MAX_OPERATIONS,
      rows: read.MODELGRAPH_MAX_ROWS_UNDER_WAY,
    },
    maxBodyBytes: read.MODELGRAPH_MAX_BODY_MB * 2 ** 20,
    deadlineMs: read.MODELGRAPH_DEADLINE_MS,
    drainMs: read.MODELGRAPH_DRAIN_MS,
    predictionLog: {
      on: read.MODELGRAPH_PREDICTION_LOG === 'on',
      sample: read.MODELGRAPH_LOG_SAMPLE_PERCENT,
      spoolBytes: read.MODELGRAPH_LOG_SPOOL_MB * 2 ** 20,
    },
    introspection: read.MODELGRAPH_INTROSPECTION === 'on',
  }
}
