import { type PredictionChunk, type RecordedCall, timeOfId } from '../../../shared/prediction-log/chunk.js'
import { decodeVector } from '../../../shared/prediction-log/vector.js'
import type { ChunkDocument } from './chunk-document.js'

/** One prediction as it was recorded. */
export interface RecordedPrediction {
  readonly id: string
  readonly time: Date
  readonly environment: string
  readonly model: string
  /** Null where no version could be found. */
  readonly version: number | null
  readonly client: string
  readonly operation: string | null
  readonly requestId: string
  readonly route: string | null
  /** Revision of the rollout that routed it. */
  readonly revision: number | null
  /** Of a fallback: the version that should have answered, and why it did not. */
  readonly instead: RecordedCall['instead']
  /** Of the whole call, in milliseconds. */
  readonly latencyMs: number
  /** Of it, what the rows waited for a run and what their run took; null where that was not recorded. */
  readonly queueMs: number | null
  readonly runMs: number | null
  /** Of a row that a shadow ran: the prediction that was the answer. */
  readonly shadowOf: string | null
  readonly error: string | null
  /** By feature; a sensitive one reads `[redacted]`. */
  readonly inputs: Readonly<Record<string, unknown>>
  /** By output; null for a prediction that failed. */
  readonly outputs: Readonly<Record<string, unknown>> | null
}

const REDACTED = '[redacted]'

/** The predictions of a chunk, by ascending id. */
export function predictionsOf({ chunk: json }: Pick<ChunkDocument, 'chunk'>): RecordedPrediction[] {
  const chunk = JSON.parse(json) as PredictionChunk
  const inputs = vectorsOf(chunk.inputs, chunk.ids.length)
  const outputs = vectorsOf(chunk.outputs, chunk.ids.length)
  const errors = new Map(chunk.errors)
  const redacted = Object.fromEntries(chunk.redacted.map((name) => [name, REDACTED]))
  const { environment, model, version, ids } = chunk
  const rows = callOfEachRow(chunk.calls).map((call, row): RecordedPrediction => {
    const error = errors.get(row) ?? null
    const id = ids[row]!
    return {
      id,
      time: new Date(timeOfId(id)),
      environment,
      model,
      version,
      ...call,
      error,
      inputs: { ...rowOf(inputs, row), ...redacted },
      outputs: error === null ? rowOf(outputs, row) : null,
    }
  })
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1))
}

type Vectors = readonly (readonly [name: string, values: readonly unknown[]])[]

function vectorsOf(vectors: PredictionChunk['inputs'], rows: number): Vectors {
  return Object.entries(vectors).map(([name, vector]) => [name, decodeVector(vector, rows)])
}

function rowOf(vectors: Vectors, row: number): Record<string, unknown> {
  return Object.fromEntries(vectors.map(([name, values]) => [name, values[row]]))
}

function callOfEachRow(calls: readonly RecordedCall[]): CallOfRow[] {
  return calls.flatMap(({ rows, shadowOf, queueMs = null, runMs = null, ...call }) =>
    Array.from({ length: rows }, (_, row) => ({ ...call, queueMs, runMs, shadowOf: shadowOf?.[row] ?? null })),
  )
}

type CallOfRow = Omit<RecordedCall, 'rows' | 'queueMs' | 'runMs' | 'shadowOf'> &
  Pick<RecordedPrediction, 'queueMs' | 'runMs' | 'shadowOf'>
