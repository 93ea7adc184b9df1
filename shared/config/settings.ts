import { z } from 'zod'

/** A whole number from `min` to `max`, both inclusive; `fallback` when unset. */
export function wholeNumber(min: number, max: number, fallback: number) {
  const error = `expected a whole number from ${min} to ${max}`
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error }).default(fallback)
}

/** `MODELGRAPH_MESH_SECRET`: signs who calls. */
export const meshSecret = z
  .string({ error: 'expected the secret shared by all processes, at least 32 characters' })
  .min(32, 'expected at least 32 characters')

/** `MODELGRAPH_ENVIRONMENT`: the graph variant that a process belongs to. */
export const environmentName = z
  .enum(['test', 'staging', 'production'], { error: 'expected test, staging or production' })
  .default('test')
