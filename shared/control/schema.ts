import { z } from 'zod'
import type { Contract } from '../contract/declaration.js'
import type { Notice } from '../deprecation/notice.js'
import { CRITICALITIES } from '../identity/claims.js'
import type { RolloutPolicy } from '../rollout/policy.js'
import {
  type Acknowledgement,
  type ClientLimits,
  type DeliveryPolicy,
  type Deployments,
  type KeyHolder,
  type KeyQuery,
  type KeysUsed,
  MOST_USES,
  type PredictionsReceipt,
  type QuotaUsed,
  type Rate,
} from './protocol.js'
import type { ReplicaReport, Replicas } from './replicas.js'

const environment = z.enum(['test', 'staging', 'production'])

const count = z.int().nonnegative()
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** A `KeyQuery` as a gateway sends it. */
export const keyQuerySchema = z.object({ hash: sha256, environment }) satisfies z.ZodType<KeyQuery>

const rate = z.object({ perSecond: z.number().positive(), burst: z.int().positive() }) satisfies z.ZodType<Rate>
const period = z.enum(['HOUR', 'DAY', 'MONTH'])

const limits = z.object({
  rate: rate.nullable(),
  models: z.record(z.string(), rate),
  quota: z.object({ predictions: count, period }).nullable(),
}) satisfies z.ZodType<ClientLimits>

const delivery = z.object({
  operations: z.enum(['ANY', 'SAFELISTED']),
  introspection: z.boolean(),
  origins: z.array(z.string()),
  networks: z.array(z.string()),
  deniedFields: z.array(z.string()),
  safelist: z.object({ version: count, sha256: z.array(sha256) }),
}) satisfies z.ZodType<DeliveryPolicy>

/** A `KeyHolder` as the registry sends it. */
export const keyHolderSchema = z.object({
  revision: z.string(),
  keyId: z.string(),
  clientId: z.string(),
  client: z.string(),
  environment,
  scopes: z.array(z.string()),
  expiresAt: z.number().nullable(),
  criticality: z.enum(CRITICALITIES),
  limits,
  delivery,
}) satisfies z.ZodType<KeyHolder>

/** May name a field of a document: no dots, no dollars. */
const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)
/** What a Date can hold. */
const time = z.int().min(0).max(8.64e15)

/** `KeysUsed` as a gateway sends them. */
export const keysUsedSchema = z.object({
  environment,
  instance: id,
  keys: z.array(z.object({ keyId: id, clientId: id, at: time, requests: count })).max(MOST_USES),
}) satisfies z.ZodType<KeysUsed>

/** `QuotaUsed` as a gateway sends it. */
export const quotaUsedSchema = z.object({
  environment,
  instance: id,
  clients: z.array(z.object({ clientId: id, period, periodStart: time, used: count })).max(MOST_USES),
}) satisfies z.ZodType<QuotaUsed>

/** A `PredictionsReceipt` as the registry sends it. */
export const predictionsReceiptSchema = z.object({
  stored: count,
  known: count,
  refused: z.object({ rows: count, reasons: z.array(z.string()) }),
}) satisfies z.ZodType<PredictionsReceipt>

const contract = z.custom<Contract>(
  (value) => typeof value === 'object' && value !== null && (value as Contract).format === 1,
  'expected a contract of format 1',
)

const version = z.object({
  id: z.string().regex(/^[a-z][a-z0-9-]{1,62}@[1-9][0-9]*$/),
  version: z.int().positive(),
  artifactSha256: z.string().regex(/^[0-9a-f]{64}$/),
  artifactBytes: z.int().nonnegative(),
})

const number = z.int().positive()
const percentage = z.number().min(0).max(100)

const rollout = z.object({
  model: z.string(),
  revision: number,
  champion: number,
  canary: z.object({ version: number, weight: percentage, salt: z.string() }).exactOptional(),
  shadows: z.array(z.object({ version: number, sample: percentage })),
  fallback: number.exactOptional(),
}) satisfies z.ZodType<RolloutPolicy>

const notice = z.object({
  sunsetAt: z.int(),
  reason: z.string(),
  replacement: z.string().nullable(),
}) satisfies z.ZodType<Notice>

/** `Deployments` as the registry sends them and as a subgraph remembers them on disk. */
export const deploymentsSchema = z.object({
  environment,
  models: z.array(
    z.object({
      model: z.string(),
      contract,
      aliases: z.record(z.string(), z.int().positive()),
      versions: z.array(version),
      rollout: rollout.exactOptional(),
      notices: z.object({ model: notice.exactOptional(), versions: z.record(z.string(), notice) }).exactOptional(),
    }),
  ),
}) satisfies z.ZodType<Deployments>

const MOST = 1_000

/** An `Acknowledgement` as a replica sends it. */
export const acknowledgementSchema = z.object({
  environment,
  replica: z.string().min(1).max(200),
  models: z
    .array(
      z.object({
        model: z.string().max(63),
        revision: z.int().nonnegative(),
        ready: z.array(number).max(MOST),
        failed: z.array(z.object({ version: number, reason: z.string().max(2_000) })).max(MOST),
      }),
    )
    .max(MOST),
}) satisfies z.ZodType<Acknowledgement>

const replica = z.object({
  subgraph: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  replica: z.string().min(1).max(200),
  url: z.url({ protocol: /^https?$/ }).max(2_000),
  startedAt: z.int().nonnegative(),
})

/** A `ReplicaReport` as a replica sends it. */
export const replicaReportSchema = replica.extend({
  environment,
  leaving: z.boolean().exactOptional(),
}) satisfies z.ZodType<ReplicaReport>

/** `Replicas` as the registry sends them and as a gateway remembers them on disk. */
export const replicasSchema = z.object({ environment, replicas: z.array(replica) }) satisfies z.ZodType<Replicas>
