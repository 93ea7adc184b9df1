import { z } from 'zod'
import type { Contract } from '../contract/declaration.js'
import type { RolloutPolicy } from '../rollout/policy.js'
import type { Acknowledgement, Deployments, KeyHolder, PredictionsReceipt } from './protocol.js'

const environment = z.enum(['test', 'staging', 'production'])

/** A `KeyHolder` as the registry sends it. */
export const keyHolderSchema = z.object({
  clientId: z.string(),
  client: z.string(),
  environment,
  scopes: z.array(z.string()),
  expiresAt: z.number().nullable(),
}) satisfies z.ZodType<KeyHolder>

/** A `PredictionsReceipt` as the registry sends it. */
export const predictionsReceiptSchema = z.object({
  stored: z.int().nonnegative(),
  known: z.int().nonnegative(),
  refused: z.object({ rows: z.int().nonnegative(), reasons: z.array(z.string()) }),
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
