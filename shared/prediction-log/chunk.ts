import { z } from 'zod'
import { lengthOf, type Vector } from './vector.js'

/** Rows of one chunk, at most. */
export const MOST_CHUNK_ROWS = 500
/** A chunk as JSON, at most. */
export const LARGEST_CHUNK_BYTES = 1_000_000
/** Between the times of a chunk's first and last prediction lie at most so many milliseconds, so that ids find chunks. */
export const LONGEST_SPAN_MS = 2_000

const id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'no UUIDv7')
const name = z.string().min(1).max(200)
const vector: z.ZodType<Vector> = z.union([z.object({ f64: z.base64() }), z.array(z.unknown())])
const vectors = z.record(name, vector)

const call = z.object({
  /** Rows of the chunk, from where the call before ends, that came and went with it. */
  rows: z.int().min(1).max(MOST_CHUNK_ROWS),
  client: name,
  requestId: name,
  operation: z.string().max(200).nullable(),
  route: z.string().max(32).nullable(),
  revision: z.int().nullable(),
  /** Of a fallback: the version that should have answered, and why it did not. */
  instead: z.object({ version: z.int().positive(), code: name }).nullable(),
  latencyMs: z.number().nonnegative(),
  /** Of the latency, what the rows waited for a run, and what the run took; both 0 where none was. */
  queueMs: z.number().nonnegative().optional(),
  runMs: z.number().nonnegative().optional(),
  /** Where a shadow ran the rows, which answers nobody: the id of the prediction that was each row's answer. */
  shadowOf: z.array(id).optional(),
})

/** What the rows of one call have in common. */
export type RecordedCall = z.infer<typeof call>

/**
 * Predictions of one model version as they are recorded, sent and stored: column by column. Made once and never changed:
 * its id, that of its first prediction, is what makes delivering it twice harmless.
 */
export const chunkSchema = z
  .object({
    format: z.literal(1),
    /** The smallest prediction id in it. */
    id,
    /** The greatest. */
    last: id,
    environment: z.enum(['test', 'staging', 'production']),
    model: name,
    /** Null where no version could be found. */
    version: z.int().positive().nullable(),
    /** Share of rows that are recorded, in percent. */
    sample: z.number().positive().max(100),
    ids: z.array(id).min(1).max(MOST_CHUNK_ROWS),
    calls: z.array(call),
    /** Row and code of those that failed. */
    errors: z.array(z.tuple([z.int().nonnegative(), name])),
    /** Features whose values are kept from it. */
    redacted: z.array(name),
    inputs: vectors,
    outputs: vectors,
  })
  .refine(({ ids, calls }) => calls.reduce((sum, { rows }) => sum + rows, 0) === ids.length, 'calls and ids differ')
  .refine(
    ({ calls }) => calls.every(({ rows, shadowOf }) => shadowOf === undefined || shadowOf.length === rows),
    'shadowOf has another length',
  )
  .refine(({ ids, errors }) => errors.every(([row]) => row < ids.length), 'an error is of no row')
  .refine(
    ({ ids, inputs, outputs }) =>
      [...Object.values(inputs), ...Object.values(outputs)].every((values) => lengthOf(values) === ids.length),
    'a vector has another length',
  )
  .refine((chunk) => chunk.ids.every((one) => one >= chunk.id && one <= chunk.last), 'an id lies outside')
  .refine(({ id: first, last }) => timeOfId(last) - timeOfId(first) <= LONGEST_SPAN_MS, 'it spans too much time')

export type PredictionChunk = z.infer<typeof chunkSchema>

/** When a prediction with this id was answered, in milliseconds since the epoch (RFC 9562, section 5.7). */
export function timeOfId(predictionId: string): number {
  return Number.parseInt(predictionId.slice(0, 8) + predictionId.slice(9, 13), 16)
}

/** Sorts before every prediction id of this millisecond and after every earlier one. */
export function idBound(time: number): string {
  const digits = Math.max(0, Math.floor(time)).toString(16).padStart(12, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8)}`
}
