import { z } from 'zod'
import { LAST_LATENCY_BUCKET } from '../telemetry/latency-counts.js'
import { CLIENT_ID, LONGEST_DOCUMENT, MOST_ENTRIES, MOST_FIELDS, NONE, OTHER, type UsageReport } from './usage.js'

const count = z.int().nonnegative()
/** May name a field of a document: no dots, no dollars. */
const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const code = z.string().regex(/^[A-Z][A-Z_]{1,63}$/)

const bucket = z.string().refine((text) => /^\d{1,4}$/.test(text) && Number(text) <= LAST_LATENCY_BUCKET)
const latencies = z.record(bucket, count)

const place = {
  /** What a Date can hold. */
  hour: z.int().min(0).max(8.64e15),
  client: z.string().regex(CLIENT_ID),
  operation: z.union([hash, z.literal(NONE), z.literal(OTHER)]),
}

const coordinate = z.string().regex(/^[_A-Za-z]\w*\.[_A-Za-z]\w*$/)

/** A `UsageReport` as a gateway sends it. */
export const usageReportSchema = z.object({
  environment: z.enum(['test', 'staging', 'production']),
  instance: id,
  number: z.int().positive(),
  requests: z
    .array(z.object({ ...place, requests: count, failed: count, codes: z.record(code, count), latencies }))
    .max(MOST_ENTRIES),
  predictions: z
    .array(
      z.object({
        ...place,
        model: z.string().min(1).max(63),
        version: count,
        fetches: count,
        rows: count,
        failed: count,
        latencies,
      }),
    )
    .max(MOST_ENTRIES),
  operations: z
    .array(
      z.object({
        hash,
        name: z.string().max(LONGEST_DOCUMENT).nullable(),
        document: z.string().max(LONGEST_DOCUMENT),
        fields: z.array(coordinate).max(MOST_FIELDS),
      }),
    )
    .max(MOST_ENTRIES),
  otherFields: z.array(coordinate),
}) satisfies z.ZodType<UsageReport>
