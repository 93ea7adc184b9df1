import { z } from 'zod'
import type { PredictionsReceipt } from '../../../shared/control/protocol.js'
import { checkChunk } from '../../../shared/prediction-log/check-chunk.js'
import { type ChunkHead, LARGEST_CHUNK_BYTES } from '../../../shared/prediction-log/chunk.js'
import { type Frame, readFrames } from '../../../shared/prediction-log/frame.js'
import { isDuplicate } from '../database/database.js'
import type { Registry } from '../registry.js'
import type { ChunkDocument } from './chunk-document.js'

/** Reasons told of one body, at most. */
const MOST_REASONS = 5

/**
 * Stores chunks, frame after frame. A chunk that is there is not stored again, one that is not as it should be is refused;
 * neither keeps the others from being stored. Rejects when the database did not store them all: then send all again.
 */
export async function storeChunks(registry: Registry, bytes: Buffer): Promise<PredictionsReceipt> {
  const { frames, damagedBytes } = readFrames(bytes)
  const read = frames.map((frame) => readChunk(frame, registry))
  const chunks = read.flatMap((outcome) => ('document' in outcome ? [outcome.document] : []))
  const refusals = read.flatMap((outcome) => ('refused' in outcome ? [outcome] : []))
  const known = chunks.length === 0 ? new Set() : await insert(registry, chunks)
  const rowsOf = (documents: readonly ChunkDocument[]) => documents.reduce((sum, { rows }) => sum + rows, 0)
  const damaged = damagedBytes > 0 ? [`${damagedBytes} bytes are no chunk`] : []
  return {
    stored: rowsOf(chunks.filter(({ _id }) => !known.has(_id))),
    known: rowsOf(chunks.filter(({ _id }) => known.has(_id))),
    refused: {
      rows: refusals.reduce((sum, { rows }) => sum + rows, 0),
      reasons: [...new Set([...refusals.map(({ refused }) => refused), ...damaged])].slice(0, MOST_REASONS),
    },
  }
}

type ReadChunk = { readonly document: ChunkDocument } | { readonly refused: string; readonly rows: number }

function readChunk(frame: Frame, registry: Registry): ReadChunk {
  try {
    if (frame.bytes.length > LARGEST_CHUNK_BYTES) throw new RangeError('it is too large')
    const head = checkChunk(frame)
    const { environment } = head
    if (environment !== registry.environment) throw new RangeError(`it is of the environment ${environment}`)
    return { document: documentOf(head, frame.bytes, registry) }
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    return { refused: reason.slice(0, LONGEST_REASON), rows: rowsSaid(frame) }
  }
}

const LONGEST_REASON = 200

function documentOf(head: ChunkHead, frame: Buffer, { now, predictionDays }: Registry): ChunkDocument {
  const { id, last, model, version, rows, errors } = head
  const expiresAt = new Date(now() + predictionDays * DAY_MS)
  return { _id: id, last, model, version, rows, errors, expiresAt, frame }
}

const DAY_MS = 86_400_000

/** The ids that were there already. */
async function insert({ database }: Registry, chunks: readonly ChunkDocument[]): Promise<ReadonlySet<unknown>> {
  try {
    await database.predictions.collection.insertMany([...chunks] as never[], { ordered: false })
    return new Set()
  } catch (error) {
    const failures = writeErrorsOf(error)
    if (!failures?.length || !failures.every(isDuplicate)) throw error
    return new Set(failures.map(({ index }) => chunks[index]!._id))
  }
}

/** Of a bulk write that failed in part: what became of which document. */
function writeErrorsOf(error: unknown): { code: number; index: number }[] | undefined {
  const failures = (error as { writeErrors?: unknown }).writeErrors
  const list = Array.isArray(failures) ? failures : failures === undefined ? undefined : [failures]
  return list as { code: number; index: number }[] | undefined
}

/** How many rows a chunk says it has, whatever else is wrong with it. */
function rowsSaid({ head }: Frame): number {
  try {
    const { rows } = JSON.parse(head.toString('utf8')) as { rows?: unknown }
    return Number.isSafeInteger(rows) ? Number(rows) : 0
  } catch {
    return 0
  }
}
