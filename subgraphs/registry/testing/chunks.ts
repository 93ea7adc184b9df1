import { randomBytes } from 'node:crypto'
import type { PredictionChunk } from '../../../shared/prediction-log/chunk.js'
import { encodeVector } from '../../../shared/prediction-log/vector.js'
import { createPredictionIds } from '../../../shared/serving/predict/prediction-id.js'

/** Ids of predictions that were answered at this time, in milliseconds since the epoch. */
export function predictionIds(time: number, count: number): string[] {
  const newId = createPredictionIds(
    () => time,
    (bytes) => bytes.set(randomBytes(bytes.length)),
  )
  return Array.from({ length: count }, newId)
}

/** A chunk of synthetic predictions of `payment-risk@1`: row `n` asked for an amount of `n`. */
export function chunkOf(ids: readonly string[], overrides: Partial<PredictionChunk> = {}): PredictionChunk {
  const sorted = [...ids].sort()
  const call = {
    client: 'app',
    requestId: 'request-1',
    operation: 'Risk',
    route: 'CHAMPION',
    revision: null,
    instead: null,
  }
  return {
    format: 1,
    id: sorted[0]!,
    last: sorted.at(-1)!,
    environment: 'test',
    model: 'payment-risk',
    version: 1,
    sample: 100,
    ids: [...ids],
    calls: [{ ...call, rows: ids.length, latencyMs: 1.5 }],
    errors: [],
    redacted: ['sinceLastPayment'],
    inputs: { amount: encodeVector(ids.map((_, row) => row)) },
    outputs: { probability: encodeVector(ids.map(() => 0.5)), risky: ids.map(() => true) },
    ...overrides,
  }
}

export function linesOf(...chunks: readonly unknown[]): Buffer {
  return Buffer.from(chunks.map((chunk) => `${JSON.stringify(chunk)}\n`).join(''))
}
