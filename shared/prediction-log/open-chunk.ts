import type { Environment } from '../control/protocol.js'
import type { BatchedCall, BatchedRow, BatchReader } from './batch-reader.js'
import { LARGEST_CHUNK_BYTES, LONGEST_SPAN_MS, MOST_CHUNK_ROWS, type PredictionChunk, timeOfId } from './chunk.js'
import { RecordedCalls } from './recorded-calls.js'
import { RecordedColumn } from './recorded-column.js'
import type { RecordedField, RecordedFields } from './recorded-fields.js'
import { spoolLine } from './spool-lines.js'

/** How a model is recorded. */
export interface RecordedModel {
  readonly fields: RecordedFields
  /** Share of rows, in percent. */
  readonly sample: number
}

/** A chunk as it is written. */
export interface SealedChunk {
  readonly rows: number
  /** A line of the spool. */
  readonly line: Buffer
}

/** What all rows of a chunk have in common. */
export type ChunkOrigin = Pick<PredictionChunk, 'model' | 'version'> & {
  readonly environment: Environment
  readonly recorded: RecordedModel
}

type FieldColumn = readonly [field: RecordedField, column: RecordedColumn]

/** A value in base64, in bytes, and a little for the rest. */
const VALUE_BYTES = 12

/** Gathers rows of one model version column by column. Of their requests nothing lives on in it but names and ids. */
export class OpenChunk {
  readonly #inputs: readonly FieldColumn[]
  readonly #outputs: readonly FieldColumn[]
  readonly #mostRows: number
  #ids: string[] = []
  readonly #calls = new RecordedCalls()
  #errors: [row: number, code: string][] = []
  /** Of the ids, in milliseconds since the epoch. */
  #firstTime = 0
  #lastTime = 0

  constructor(private readonly origin: ChunkOrigin) {
    const { inputs, outputs, valuesPerRow } = origin.recorded.fields
    const withColumn = (field: RecordedField): FieldColumn => [field, new RecordedColumn()]
    this.#inputs = inputs.map(withColumn)
    this.#outputs = outputs.map(withColumn)
    const fitting = Math.floor(LARGEST_CHUNK_BYTES / (VALUE_BYTES * valuesPerRow))
    this.#mostRows = Math.min(MOST_CHUNK_ROWS, Math.max(1, fitting))
  }

  get rows(): number {
    return this.#ids.length
  }

  /** Whether there is room for another row, and its time within what a chunk may span. */
  admits(id: string): boolean {
    if (this.rows === 0) return true
    if (this.rows >= this.#mostRows) return false
    const time = timeOfId(id)
    return Math.max(time, this.#lastTime) - Math.min(time, this.#firstTime) <= LONGEST_SPAN_MS
  }

  /** Takes a row that it admits, with the values that come next in the reader. */
  take(call: BatchedCall, { id, shadowOf, error }: BatchedRow, reader: BatchReader): void {
    const at = this.rows
    for (const [field, column] of this.#inputs) column.put(at, reader.value(field))
    for (const [field, column] of this.#outputs) column.put(at, error === null ? reader.value(field) : null)
    const time = timeOfId(id)
    this.#firstTime = at === 0 ? time : Math.min(time, this.#firstTime)
    this.#lastTime = at === 0 ? time : Math.max(time, this.#lastTime)
    if (error !== null) this.#errors.push([at, error])
    this.#ids.push(id)
    this.#calls.push(call, at, shadowOf)
  }

  /** Empties it into chunks: one, unless the rows are larger than a chunk may be. */
  seal(): SealedChunk[] {
    try {
      return this.rows === 0 ? [] : this.#sealed(0, this.rows)
    } finally {
      for (const [, column] of [...this.#inputs, ...this.#outputs]) column.clear()
      this.#ids = []
      this.#calls.clear()
      this.#errors = []
    }
  }

  #sealed(from: number, to: number): SealedChunk[] {
    const text = this.#text(from, to, true)
    if (text.length <= LARGEST_CHUNK_BYTES) return [{ line: spoolLine(text), rows: to - from }]
    if (to - from === 1) return [{ line: spoolLine(this.#text(from, to, false)), rows: 1 }]
    const middle = (from + to) >> 1
    return [...this.#sealed(from, middle), ...this.#sealed(middle, to)]
  }

  /** A single row that is larger than a chunk may be is recorded without its values. */
  #text(from: number, to: number, withValues: boolean): string {
    const inputs = withValues ? vectorsJson(this.#inputs, from, to) : '{}'
    const outputs = withValues ? vectorsJson(this.#outputs, from, to) : '{}'
    const head = JSON.stringify(this.#head(from, to)).slice(0, -1)
    return `${head},"calls":${this.#calls.json(from, to)},"inputs":${inputs},"outputs":${outputs}}`
  }

  #head(from: number, to: number): Omit<PredictionChunk, 'calls' | 'inputs' | 'outputs'> {
    const { environment, model, version, recorded } = this.origin
    const ids = this.#ids.slice(from, to)
    const sorted = [...ids].sort()
    return {
      format: 1,
      id: sorted[0]!,
      last: sorted.at(-1)!,
      environment,
      model,
      version,
      sample: recorded.sample,
      ids,
      errors: this.#errors.flatMap(([row, code]) => (row >= from && row < to ? [[row - from, code]] : [])),
      redacted: [...recorded.fields.redacted],
    }
  }
}

function vectorsJson(columns: readonly FieldColumn[], from: number, to: number): string {
  return `{${columns.map(([{ name }, column]) => `${JSON.stringify(name)}:${column.json(from, to)}`).join(',')}}`
}
