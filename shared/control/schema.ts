import { z } from 'zod'
import type { Contract } from '../contract/declaration.js'
import type { Deployments, KeyHolder } from './protocol.js'

const environment = z.enum(['test', 'staging', 'production'])

/** A `KeyHolder` as the registry sends it. */
export const keyHolderSchema = z.object({
  clientId: z.string(),
  client: z.string(),
  environment,
  scopes: z.array(z.string()),
  expiresAt: z.number().nullable(),
}) satisfies z.ZodType<KeyHolder>

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

/** `Deployments` as the registry sends them and as a subgraph remembers them on disk. */
export const deploymentsSchema = z.object({
  environment,
  models: z.array(
    z.object({
      model: z.string(),
      contract,
      aliases: z.record(z.string(), z.int().positive()),
      versions: z.array(version),
    }),
  ),
}) satisfies z.ZodType<Deployments>
