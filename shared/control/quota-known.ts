import { z } from 'zod'
import type { QuotaPeriod } from './protocol.js'

/** What the registry knows of a quota after a gateway has told of it, in predictions. */
export interface QuotaKnown {
  readonly clientId: string
  readonly period: QuotaPeriod
  readonly periodStart: number
  /** Told by the instance that asks. */
  readonly own: number
  /** Told by all other instances. */
  readonly others: number
}

const count = z.int().nonnegative()

/** What the registry answers to `QuotaUsed`: the same clients and periods. */
export const quotasKnownSchema = z.object({
  clients: z.array(
    z.object({
      clientId: z.string(),
      period: z.enum(['HOUR', 'DAY', 'MONTH']),
      periodStart: count,
      own: count,
      others: count,
    }),
  ),
}) satisfies z.ZodType<{ readonly clients: readonly QuotaKnown[] }>
