import { z } from 'zod'
import { json } from '../shared/config/json-setting.js'
import { readConfig } from '../shared/config/read.js'
import { environmentName, meshSecret, wholeNumber } from '../shared/config/settings.js'
import type { Rate } from '../shared/control/protocol.js'
import { otlpEndpoint, otlpHeaders, tracesRatio, tracingOf } from '../shared/telemetry/tracing/settings.js'
import type { TracingSettings } from '../shared/telemetry/tracing/tracer.js'
import { networksSetting } from './delivery/networks.js'
import { type Issuer, issuersSchema } from './identity/tokens/issuer.js'
import { modelRates, rate, rateOf, ratesOf } from './limits/rate-settings.js'
import { demandsSchema } from './policy/demands.js'
import type { Requirements } from './policy/requirement.js'

const MINUTE_MS = 60_000
const MB = 1_000_000

const settings = z.object({
  PORT: wholeNumber(0, 65_535, 4000),
  HOST: z.string().default('127.0.0.1'),
  MODELGRAPH_REGISTRY_URL: z
    .url({ protocol: /^https?$/, error: 'expected the URL of the registry, such as http://127.0.0.1:4001' })
    .default('http://127.0.0.1:4001'),
  MODELGRAPH_MESH_SECRET: meshSecret,
  MODELGRAPH_DATA: z.string().default('.modelgraph'),
  MODELGRAPH_ENVIRONMENT: environmentName,
  MODELGRAPH_BODY_LIMIT_BYTES: wholeNumber(1_000, 100 * MB, 5 * MB),
  MODELGRAPH_ARTIFACT_LIMIT_BYTES: wholeNumber(1_000, 100_000 * MB, 256 * MB),
  MODELGRAPH_MAX_TOKENS: wholeNumber(100, 1_000_000, 20_000),
  MODELGRAPH_MAX_DEPTH: wholeNumber(1, 1_000, 20),
  MODELGRAPH_MAX_ALIASES: wholeNumber(0, 100_000, 200),
  MODELGRAPH_MAX_ROOT_FIELDS: wholeNumber(1, 100_000, 100),
  MODELGRAPH_MAX_FIELDS: wholeNumber(1, 100_000, 2_000),
  MODELGRAPH_MAX_COST: wholeNumber(1, 1_000_000_000, 500_000),
  MODELGRAPH_MAX_REQUEST_ROWS: wholeNumber(1, 10_000_000, 200_000),
  MODELGRAPH_LIST_SIZE: wholeNumber(1, 10_000, 10),
  MODELGRAPH_CLIENT_RATE: rate.default(''),
  MODELGRAPH_MODEL_RATES: modelRates.default(''),
  MODELGRAPH_MAX_CONNECTIONS: wholeNumber(1, 1_000_000, 10_000),
  MODELGRAPH_MAX_REQUESTS: wholeNumber(1, 1_000_000, 2_000),
  MODELGRAPH_MAX_LOOP_DELAY_MS: wholeNumber(1, 60_000, 10),
  REDIS_URL: z
    .union([z.literal(''), z.url({ protocol: /^rediss?$/ })], {
      error: 'expected a URL such as redis://127.0.0.1:6379',
    })
    .default(''),
  MODELGRAPH_DEADLINE_MS: wholeNumber(10, 10 * MINUTE_MS, 10_000),
  MODELGRAPH_SUBGRAPH_TIMEOUT_MS: wholeNumber(10, 10 * MINUTE_MS, 10_000),
  MODELGRAPH_RETRY_PERCENT: wholeNumber(0, 100, 20),
  MODELGRAPH_RETRY_MIN_PER_SECOND: wholeNumber(0, 10_000, 10),
  MODELGRAPH_HEDGE_AFTER_MS: wholeNumber(0, 10 * MINUTE_MS, 0),
  MODELGRAPH_SHARE_QUERIES: z.enum(['on', 'off'], { error: 'expected on or off' }).default('on'),
  MODELGRAPH_MAX_FETCHES: wholeNumber(1, 1_000_000, 2_000),
  MODELGRAPH_USAGE_FLUSH_MS: wholeNumber(100, MINUTE_MS, 5_000),
  MODELGRAPH_SUPERGRAPH_POLL_MS: wholeNumber(10, 10 * MINUTE_MS, 500),
  MODELGRAPH_KEY_TTL_MS: wholeNumber(0, 10 * MINUTE_MS, 5_000),
  MODELGRAPH_KEY_STALE_MS: wholeNumber(0, 24 * 60 * MINUTE_MS, 60 * MINUTE_MS),
  MODELGRAPH_TOKEN_ISSUERS: json(issuersSchema, []),
  MODELGRAPH_TRUSTED_PROXIES: networksSetting,
  MODELGRAPH_OPERATOR_RULES: json(demandsSchema, new Map()),
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
  OTEL_EXPORTER_OTLP_HEADERS: otlpHeaders,
  OTEL_TRACES_SAMPLER_ARG: tracesRatio,
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'expected fatal, error, warn, info, debug, trace or silent',
    })
    .default('info'),
})

/** What the gateway can be told. Times are in milliseconds, sizes in bytes. */
export interface GatewayConfig {
  readonly port: number
  readonly host: string
  readonly registryUrl: string
  /** Signs who calls towards subgraphs and registry. */
  readonly meshSecret: string
  /** Folder where the last good supergraph is remembered. */
  readonly dataFolder: string
  /** The environment whose keys and supergraph this gateway serves. */
  readonly environment: 'test' | 'staging' | 'production'
  readonly bodyLimitBytes: number
  readonly artifactLimitBytes: number
  readonly document: DocumentLimits
  readonly request: RequestLimits
  readonly rates: RateLimits
  /** Connections of clients at most; more are closed as they come. */
  readonly maxConnections: number
  readonly load: LoadLimits
  /** Where gateways share rates and quotas; undefined where each counts by itself. */
  readonly redisUrl: string | undefined
  /** How long one operation may take in all. */
  readonly deadlineMs: number
  /** How long one call to a subgraph may take, within the deadline. */
  readonly subgraphTimeoutMs: number
  readonly mesh: MeshLimits
  /** Whether queries that are the same and under way at the same time share their fetches. */
  readonly sharesQueries: boolean
  /** How often the registry is told what was used. */
  readonly usageFlushMs: number
  readonly supergraphPollMs: number
  /** How long a verified key is believed before the registry is asked again. */
  readonly keyTtlMs: number
  /** How long a verified key is believed while the registry does not answer. */
  readonly keyStaleMs: number
  /** Whose tokens are taken beside API keys. */
  readonly issuers: readonly Issuer[]
  /** Networks whose `x-forwarded-for` is believed. */
  readonly trustedProxies: readonly string[]
  /** What the operator requires of callers beside what the teams declare. */
  readonly demands: Requirements
  /** Undefined where nothing is traced. */
  readonly tracing: TracingSettings | undefined
  readonly logLevel: string
}

/** How large a document may be. Fields, aliases and depth count with fragments expanded. */
export interface DocumentLimits {
  readonly maxTokens: number
  readonly maxDepth: number
  readonly maxAliases: number
  readonly maxRootFields: number
  readonly maxFields: number
}

/** How much one request may ask for. */
export interface RequestLimits {
  readonly maxCost: number
  /** Predictions. */
  readonly maxRows: number
  /** Elements that a list is taken for when nothing is declared of it. */
  readonly listSize: number
}

/** Rates beside those that clients have of their own. */
export interface RateLimits {
  /** Operations of each client that has no rate of its own; null for as many as it likes. */
  readonly client: Rate | null
  /** Predictions of single models, of all clients together. */
  readonly models: Readonly<Record<string, Rate>>
}

/** How much the gateway does at a time; see `limits/shedding/`. */
export interface LoadLimits {
  /** Operations under way. */
  readonly maxRequests: number
  /** How long requests may lastingly wait for the event loop, in milliseconds. */
  readonly maxDelayMs: number
}

/** How far the mesh goes for a fetch, for each subgraph. */
export interface MeshLimits {
  /** Retries for every hundred fetches, and how many are always allowed per second. */
  readonly retry: { readonly percent: number; readonly minPerSecond: number }
  /** After this time a query is sent to a second replica as well; 0 for half of the time it has. */
  readonly hedgeAfterMs: number
  /** Fetches under way at most; more are refused at once. */
  readonly maxInFlight: number
}

/** Reads the settings. Throws `ConfigError`, one sentence, for a wrong one. */
export function readGatewayConfig(env: NodeJS.ProcessEnv = process.env): GatewayConfig {
  const given = readConfig(settings, env)
  return {
    port: given.PORT,
    host: given.HOST,
    registryUrl: given.MODELGRAPH_REGISTRY_URL,
    meshSecret: given.MODELGRAPH_MESH_SECRET,
    dataFolder: given.MODELGRAPH_DATA,
    environment: given.MODELGRAPH_ENVIRONMENT,
    bodyLimitBytes: given.MODELGRAPH_BODY_LIMIT_BYTES,
    artifactLimitBytes: given.MODELGRAPH_ARTIFACT_LIMIT_BYTES,
    document: documentLimits(given),
    request: {
      maxCost: given.MODELGRAPH_MAX_COST,
      maxRows: given.MODELGRAPH_MAX_REQUEST_ROWS,
      listSize: given.MODELGRAPH_LIST_SIZE,
    },
    rates: { client: rateOf(given.MODELGRAPH_CLIENT_RATE), models: ratesOf(given.MODELGRAPH_MODEL_RATES) },
    maxConnections: given.MODELGRAPH_MAX_CONNECTIONS,
    load: { maxRequests: given.MODELGRAPH_MAX_REQUESTS, maxDelayMs: given.MODELGRAPH_MAX_LOOP_DELAY_MS },
    redisUrl: given.REDIS_URL || undefined,
    deadlineMs: given.MODELGRAPH_DEADLINE_MS,
    subgraphTimeoutMs: given.MODELGRAPH_SUBGRAPH_TIMEOUT_MS,
    mesh: meshLimits(given),
    sharesQueries: given.MODELGRAPH_SHARE_QUERIES === 'on',
    usageFlushMs: given.MODELGRAPH_USAGE_FLUSH_MS,
    supergraphPollMs: given.MODELGRAPH_SUPERGRAPH_POLL_MS,
    keyTtlMs: given.MODELGRAPH_KEY_TTL_MS,
    keyStaleMs: given.MODELGRAPH_KEY_STALE_MS,
    issuers: given.MODELGRAPH_TOKEN_ISSUERS,
    trustedProxies: given.MODELGRAPH_TRUSTED_PROXIES,
    demands: given.MODELGRAPH_OPERATOR_RULES as Requirements,
    tracing: tracingOf(given),
    logLevel: given.LOG_LEVEL,
  }
}

function documentLimits(given: z.infer<typeof settings>): DocumentLimits {
  return {
    maxTokens: given.MODELGRAPH_MAX_TOKENS,
    maxDepth: given.MODELGRAPH_MAX_DEPTH,
    maxAliases: given.MODELGRAPH_MAX_ALIASES,
    maxRootFields: given.MODELGRAPH_MAX_ROOT_FIELDS,
    maxFields: given.MODELGRAPH_MAX_FIELDS,
  }
}

function meshLimits(given: z.infer<typeof settings>): MeshLimits {
  return {
    retry: { percent: given.MODELGRAPH_RETRY_PERCENT, minPerSecond: given.MODELGRAPH_RETRY_MIN_PER_SECOND },
    hedgeAfterMs: given.MODELGRAPH_HEDGE_AFTER_MS,
    maxInFlight: given.MODELGRAPH_MAX_FETCHES,
  }
}

/**
 * Apollo's gateway sends metrics to its vendor every hour unless this variable stands before the first one is made.
 */
export function silenceVendorTelemetry(): void {
  process.env.APOLLO_TELEMETRY_DISABLED = '1'
}
