import { idBound } from '../../../shared/prediction-log/chunk.js'
import { type ChunkReader, openChunk } from '../../../shared/prediction-log/chunk-reader.js'
import type { ReadCall } from '../../../shared/prediction-log/read-call.js'
import { latencyBucket } from '../../../shared/telemetry/latency-counts.js'
import type { Database } from '../database/database.js'
import { NO_FIGURES, type VersionFigures } from '../gate/figures.js'
import { SERVING_MEASURES } from '../gate/gate.js'
import { bytesOf } from '../predictions/chunk-document.js'
import { chunksOf } from '../predictions/recorded-predictions.js'
import type { GateFigures, GateQuestion } from './gate-figures.js'

/** A window is read from its end back, and no further than so many chunks and rows, for both versions alike. */
const MOST_CHUNKS = 400
const MOST_ROWS = 200_000

/** What a version can be blamed for. A row that failed otherwise says nothing about it. */
const FAULTS: ReadonlySet<string> = new Set([
  'BREAKER_OPEN',
  'VERSION_NOT_READY',
  'INFERENCE_FAILED',
  'INVALID_PREDICTION',
  'DEADLINE_EXCEEDED',
])

/**
 * Figures from the recorded predictions. Outcomes are not among them. A chunk may take milliseconds to read: `breathe` is
 * waited for between them, so that what else comes in is answered.
 */
export function predictionFigures(database: Database, breathe: () => Promise<unknown>): GateFigures {
  return {
    measuresOf: async () => new Set(SERVING_MEASURES),
    figuresOf: (question) => countPredictions(database, question, breathe),
  }
}

async function countPredictions(
  database: Database,
  { model, champion, canary, since, until }: GateQuestion,
  breathe: () => Promise<unknown>,
) {
  const counts = new Map([champion, canary].map((version) => [version, new Count()]))
  const window = { from: idBound(since), to: idBound(until) }
  let [chunks, read] = [0, 0]
  for await (const { frame, rows } of chunksOf(database, { model, from: since, to: until })) {
    countChunk(openChunk(bytesOf(frame)), window, counts)
    chunks += 1
    read += rows
    if (chunks === MOST_CHUNKS || read >= MOST_ROWS) break
    await breathe()
  }
  return { champion: counts.get(champion)!.figures, canary: counts.get(canary)!.figures }
}

function countChunk(
  reader: ChunkReader,
  { from, to }: { readonly from: string; readonly to: string },
  counts: ReadonlyMap<number, Count>,
): void {
  const { inputs, outputs, version } = reader.head
  const isInside = (id: string) => id >= from && id < to
  while (!reader.isAtEnd) {
    const call = reader.call()
    const chosen = chosenBy(call, version)
    const count = chosen === null ? undefined : counts.get(chosen)
    for (let left = call.rows; left > 0; left--) {
      const row = reader.row(call)
      if (call.hasValues) reader.skip(inputs.length + (row.error === null ? outputs.length : 0))
      if (count && isInside(row.id)) count.add(call.origin.instead?.code ?? row.error ?? undefined, call.latencyMs)
    }
  }
}

/** The version that the rollout chose, whoever answered in the end. Rows that asked for a version are no part of the trial. */
function chosenBy({ origin: { route, instead } }: ReadCall, version: number | null): number | null {
  if (instead) return instead.version
  return route === 'CHAMPION' || route === 'CANARY' ? version : null
}

class Count {
  #rows = 0
  #errors = 0
  #invalid = 0
  readonly #latencies: Record<number, number> = {}

  /** Counts a row: with the code of what went wrong, if anything did, and how long its call took. */
  add(code: string | undefined, latencyMs: number): void {
    if (code !== undefined && !FAULTS.has(code)) return
    this.#rows++
    if (code === 'INVALID_PREDICTION') this.#invalid++
    if (code !== undefined) {
      this.#errors++
      return
    }
    const bucket = latencyBucket(latencyMs)
    this.#latencies[bucket] = (this.#latencies[bucket] ?? 0) + 1
  }

  get figures(): VersionFigures {
    const counted = { rows: this.#rows, errors: this.#errors, invalid: this.#invalid, latencies: this.#latencies }
    return { ...NO_FIGURES, ...counted }
  }
}
