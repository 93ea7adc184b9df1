import { idBound, LONGEST_SPAN_MS, timeOfId } from '../../../shared/prediction-log/chunk.js'
import type { Database } from '../database/database.js'
import type { ChunkDocument } from './chunk-document.js'
import { predictionsOf, type RecordedPrediction } from './recorded-prediction.js'

/** Predictions of a model, or of one of its versions, from a time (inclusive) to another (exclusive). */
export interface PredictionWindow {
  readonly model: string
  readonly version?: number | null | undefined
  /** Milliseconds since the epoch. */
  readonly from: number
  readonly to: number
}

/** The prediction with this id; undefined when it was never recorded or has expired. */
export async function findPrediction(database: Database, id: string): Promise<RecordedPrediction | undefined> {
  return (await findPredictions(database, [id])).get(id)
}

/** The predictions with these ids, by id; those that were never recorded or have expired are left out. */
export async function findPredictions(
  { predictions }: Database,
  ids: readonly string[],
): Promise<Map<string, RecordedPrediction>> {
  const missing = new Set(ids)
  const found = new Map<string, RecordedPrediction>()
  for (const id of [...missing].sort()) {
    if (found.has(id)) continue
    const candidates = predictions
      .find({ _id: { $lte: id, $gte: idBound(timeOfId(id) - LONGEST_SPAN_MS) }, last: { $gte: id } })
      .sort({ _id: -1 })
      .lean<ChunkDocument[]>()
    for (const document of await candidates) {
      for (const prediction of predictionsOf(document, (one) => missing.has(one))) found.set(prediction.id, prediction)
    }
  }
  return found
}

/** Chunks read at once. */
const SLICE = 8

/** The chunks with predictions of a window, the newest first; their ends may reach beyond it. */
export async function* chunksOf(
  { predictions }: Database,
  { model, version, from, to }: PredictionWindow,
): AsyncGenerator<ChunkDocument> {
  const wanted = { model, ...(version === undefined ? {} : { version }), _id: { $lt: idBound(to) } }
  let below = idBound(to + LONGEST_SPAN_MS)
  for (;;) {
    const slice = await predictions
      .find({ ...wanted, last: { $gte: idBound(from), $lt: below } })
      .sort({ last: -1 })
      .limit(SLICE)
      .lean<ChunkDocument[]>()
    yield* slice
    if (slice.length < SLICE) return
    below = slice.at(-1)!.last
  }
}

/** Every prediction of a window, chunk by chunk, the newest chunk first. */
export async function* predictionsIn(
  database: Database,
  window: PredictionWindow,
): AsyncIterable<readonly RecordedPrediction[]> {
  const first = idBound(window.from)
  const end = idBound(window.to)
  for await (const document of chunksOf(database, window)) {
    yield predictionsOf(document, (id) => id >= first && id < end)
  }
}

export interface PredictionPage {
  readonly predictions: readonly RecordedPrediction[]
  readonly hasNext: boolean
}

/**
 * A page of a window, the newest first, from below the id `after` on. Chunks of replicas and versions overlap in time, so a
 * prediction is only settled once no chunk that is still to come reaches up to it.
 */
export async function pageOf(
  database: Database,
  window: PredictionWindow,
  { first, after }: { first: number; after: string | undefined },
): Promise<PredictionPage> {
  const from = idBound(window.from)
  const end = [idBound(window.to), after ?? 'g'].sort()[0]!
  let rows: RecordedPrediction[] = []
  const to = after === undefined ? window.to : Math.min(window.to, timeOfId(after) + 1)
  for await (const document of chunksOf(database, { ...window, to })) {
    if (rows.length > first && rows[first]!.id > document.last) break
    rows = [...rows, ...predictionsOf(document, (id) => id >= from && id < end)]
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, first + 1)
  }
  return { predictions: rows.slice(0, first), hasNext: rows.length > first }
}
