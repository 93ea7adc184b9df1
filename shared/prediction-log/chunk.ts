import { z } from 'zod'
import { timeOfUuid } from './hex-words.js'

/** A chunk, at most, in bytes. */
export const LARGEST_CHUNK_BYTES = 3_000_000
/** Between the times of a chunk's first and last prediction lie at most so many milliseconds, so that ids find chunks. */
export const LONGEST_SPAN_MS = 2_000

const id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'no UUIDv7')
const name = z.string().min(1).max(200)

const origin = z.object({
  client: name,
  operation: z.string().max(200).nullable(),
  route: z.string().max(32).nullable(),
  revision: z.int().nullable(),
  /** Of a fallback: the version that should have answered, and why it did not. */
  instead: z.object({ version: z.int().positive(), code: name }).nullable(),
})

/**
 * What is told of a chunk before its cells and text ({@link Batch}). A chunk is predictions of one model version as they are
 * recorded, sent and stored, made once and never changed: its id, that of its first prediction, is what makes delivering it
 * twice harmless.
 */
export const chunkHeadSchema = z
  .object({
    format: z.literal(2),
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
    rows: z.int().positive(),
    /** Texts that its cells name by their places. */
    words: z.array(z.string()),
    /** How many rows failed, by error code. */
    errors: z.record(name, z.int().positive()),
    origins: z.array(origin),
    /** Features whose values are kept from it. */
    redacted: z.array(name),
    /** Features and outputs in the order of their values. */
    inputs: z.array(name),
    outputs: z.array(name),
  })
  .refine(({ id: first, last }) => first <= last, 'its last id comes before its first')
  .refine(({ id: first, last }) => timeOfId(last) - timeOfId(first) <= LONGEST_SPAN_MS, 'it spans too much time')

export type ChunkHead = z.infer<typeof chunkHeadSchema>

/** When a prediction with this id was answered, in milliseconds since the epoch (RFC 9562, section 5.7). */
export function timeOfId(predictionId: string): number {
  return timeOfUuid(predictionId)
}

/** Sorts before every prediction id of this millisecond and after every earlier one. */
export function idBound(time: number): string {
  const digits = Math.max(0, Math.floor(time)).toString(16).padStart(12, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8)}`
}
