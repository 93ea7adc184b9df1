import { randomBytes } from 'node:crypto'
import type { CallOrigin } from '../../../shared/prediction-log/batch.js'
import type { ChunkHead } from '../../../shared/prediction-log/chunk.js'
import { frameOf } from '../../../shared/prediction-log/frame.js'
import { OpenBatch } from '../../../shared/prediction-log/open-batch.js'
import type { RecordedField } from '../../../shared/prediction-log/recorded-fields.js'
import { generateRowCopier } from '../../../shared/prediction-log/row-copier.js'
import { createPredictionIds } from '../../../shared/serving/predict/prediction-id.js'

/** Ids of predictions that were answered at this time, in milliseconds since the epoch. */
export function predictionIds(time: number, count: number): string[] {
  const newId = createPredictionIds(
    () => time,
    (bytes) => bytes.set(randomBytes(bytes.length)),
  )
  return Array.from({ length: count }, newId)
}

/** A call of a described chunk: of its `rows` next rows. */
export interface DescribedCall extends CallOrigin {
  readonly rows: number
  readonly requestId: string
  readonly traceId: string | null
  readonly latencyMs: number
  readonly queueMs: number
  readonly runMs: number
  readonly shadowOf?: readonly string[]
}

type Columns = Readonly<Record<string, readonly unknown[]>>

/** A chunk, said column by column. */
export interface DescribedChunk {
  readonly head: Partial<ChunkHead>
  readonly ids: readonly string[]
  readonly calls: readonly DescribedCall[]
  /** Row and code of those that failed. */
  readonly errors: readonly (readonly [row: number, code: string])[]
  readonly inputs: Columns
  readonly outputs: Columns
}

/** A chunk of synthetic predictions of `payment-risk@1`: row `n` asked for an amount of `n`. */
export function chunkOf(
  ids: readonly string[],
  { head = {}, ...overrides }: Partial<DescribedChunk> = {},
): DescribedChunk {
  const sorted = [...ids].sort()
  const described = {
    ids,
    calls: [callOf(ids.length)],
    errors: [],
    inputs: { amount: ids.map((_, row) => row) },
    outputs: { probability: ids.map(() => 0.5), risky: ids.map(() => true) },
    ...overrides,
  }
  return {
    ...described,
    head: {
      format: 2,
      id: sorted[0]!,
      last: sorted.at(-1)!,
      environment: 'test',
      model: 'payment-risk',
      version: 1,
      sample: 100,
      rows: ids.length,
      errors: countsOf(described.errors),
      redacted: ['sinceLastPayment'],
      inputs: Object.keys(described.inputs),
      outputs: Object.keys(described.outputs),
      ...head,
    },
  }
}

/** A call of the client `app`. */
export function callOf(rows: number, overrides: Partial<DescribedCall> = {}): DescribedCall {
  const origin = { client: 'app', operation: 'Risk', route: 'CHAMPION', revision: null, instead: null }
  return { ...origin, rows, requestId: 'request-1', traceId: null, latencyMs: 1.5, queueMs: 0, runMs: 0, ...overrides }
}

export function framesOf(...chunks: readonly DescribedChunk[]): Buffer {
  return Buffer.concat(chunks.map(encoded))
}

function encoded(chunk: DescribedChunk): Buffer {
  const batch = new OpenBatch('', null)
  const width = 20 + Object.keys(chunk.inputs).length + Object.keys(chunk.outputs).length
  batch.reserve(width * chunk.ids.length, () => new Float64Array(2 ** 17))
  let row = 0
  for (const call of chunk.calls) {
    const { requestId, traceId, client, operation, latencyMs, queueMs, runMs } = call
    const answered = { ...call, caller: { requestId, traceId, client, operation }, latencyMs, queueMs, runMs }
    batch.call(answered as never, call.rows, false)
    for (let place = 0; place < call.rows; place++, row++) writeRow(chunk, row, call.shadowOf?.[place], batch)
  }
  const { cells, length, text, words, origins } = batch.batch
  return frameOf(JSON.stringify({ words, origins, ...chunk.head }), cells.subarray(0, length), text)
}

function writeRow(
  { ids, errors, inputs, outputs }: DescribedChunk,
  row: number,
  shadowOf: string | undefined,
  batch: OpenBatch,
): void {
  const error = errors.find(([place]) => place === row)?.[1]
  batch.row(ids[row]!, shadowOf, error)
  writeValues(inputs, row, batch)
  if (error === undefined) writeValues(outputs, row, batch)
}

function writeValues(columns: Columns, row: number, batch: OpenBatch): void {
  const fields = Object.keys(columns).map((name) => ({ name, image: false, longestText: 1_000 }))
  const values = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column[row]]))
  generateRowCopier(fields as unknown as readonly RecordedField[])(values, batch)
}

function countsOf(errors: DescribedChunk['errors']): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const [, code] of errors) counts[code] = (counts[code] ?? 0) + 1
  return counts
}
