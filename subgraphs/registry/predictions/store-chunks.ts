import { z } from 'zod'
import type { PredictionsReceipt } from '../../../shared/control/protocol.js'
import { chunkSchema, LARGEST_CHUNK_BYTES, type PredictionChunk } from '../../../shared/prediction-log/chunk.js'
import { isDuplicate } from '../database/database.js'
import type { Registry } from '../registry.js'
import type { ChunkDocument } from './chunk-document.js'

/** Chunks of one body, at most. */
const MOST_CHUNKS = 20_000
/** Reasons told of one body, at most. */
const MOST_REASONS = 5

/**
 * Stores chunks, one JSON text a line. A chunk that is there is not stored again, one that is not as it should be is refused;
 * neither keeps the others from being stored. Rejects when the database did not store them all: then send all again.
 */
export async function storeChunks(registry: Registry, lines: string): Promise<PredictionsReceipt> {
  const read = lines.split('\n', MOST_CHUNKS).flatMap((line) => (line === '' ? [] : [readChunk(line, registry)]))
  const chunks = read.flatMap((outcome) => ('document' in outcome ? [outcome.document] : []))
  const refusals = read.flatMap((outcome) => ('refused' in outcome ? [outcome] : []))
  const known = chunks.length === 0 ? new Set() : await insert(registry, chunks)
  const rowsOf = (documents: readonly ChunkDocument[]) => documents.reduce((sum, { rows }) => sum + rows, 0)
  return {
    stored: rowsOf(chunks.filter(({ _id }) => !known.has(_id))),
    known: rowsOf(chunks.filter(({ _id }) => known.has(_id))),
    refused: {
      rows: refusals.reduce((sum, { rows }) => sum + rows, 0),
      reasons: [...new Set(refusals.map(({ refused }) => refused))].slice(0, MOST_REASONS),
    },
  }
}

type ReadChunk = { readonly document: ChunkDocument } | { readonly refused: string; readonly rows: number }

function readChunk(line: string, registry: Registry): ReadChunk {
  const json = parsed(line)
  const rows = rowsIn(json)
  if (line.length > LARGEST_CHUNK_BYTES) return { refused: 'it is too large', rows }
  const chunk = chunkSchema.safeParse(json)
  if (!chunk.success) return { refused: z.prettifyError(chunk.error).slice(0, 200), rows }
  const { environment } = chunk.data
  if (environment !== registry.environment) return { refused: `it is of the environment ${environment}`, rows }
  return { document: documentOf(chunk.data, line, registry) }
}

function documentOf(chunk: PredictionChunk, line: string, { now, predictionDays }: Registry): ChunkDocument {
  const errors: Record<string, number> = {}
  for (const [, code] of chunk.errors) errors[code] = (errors[code] ?? 0) + 1
  return {
    _id: chunk.id,
    last: chunk.last,
    model: chunk.model,
    version: chunk.version,
    rows: chunk.ids.length,
    errors,
    expiresAt: new Date(now() + predictionDays * DAY_MS),
    chunk: line,
  }
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

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function rowsIn(chunk: unknown): number {
  const ids = (chunk as { ids?: unknown } | null | undefined)?.ids
  return Array.isArray(ids) ? ids.length : 0
}
