import type { Environment } from '../control/protocol.js'
import { LARGEST_CHUNK_BYTES, LONGEST_SPAN_MS, MOST_CHUNK_ROWS, type PredictionChunk, timeOfId } from './chunk.js'
import type { Entry, RecordedModel } from './entry.js'
import { RecordedCalls } from './recorded-calls.js'
import { RecordedColumn } from './recorded-column.js'
import { type RecordedField, rowValue } from './recorded-fields.js'
import { spoolLine } from './spool-lines.js'

/** What waits to be written. */
export interface Waiting {
  readonly rows: number
  /** Values of the rows, by what they weigh in memory. */
  readonly values: number
}

/** A chunk as it is written. */
export interface SealedChunk extends Waiting {
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
  #first = ''
  #last = ''

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

  get waiting(): Waiting {
    return this.#waitingOf(this.rows)
  }

  /** Takes the next rows of the entry, `most` at most, as many as there is room and time for; answers how many. */
  take(entry: Entry, most: number): number {
    const at = this.#ids.length
    const rows = this.#admitted(entry, Math.min(entry.left, most, this.#mostRows - at))
    if (rows === 0) return 0
    for (const [field, column] of this.#inputs) entry.putInput(field, rows, column, at)
    const outputs = entry.outputs(rows)
    for (const [field, column] of this.#outputs) {
      for (let row = 0; row < rows; row++) column.put(at + row, rowValue(field, outputs[row]))
    }
    this.#note(entry, rows)
    entry.took(rows)
    return rows
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

  /** How many of the next rows lie, with those that it has, within the time that a chunk may span. */
  #admitted(entry: Entry, most: number): number {
    for (let row = 0; row < most; row++) {
      const id = entry.answered.ids[entry.placeOf(row)]!
      const isEmpty = this.rows + row === 0
      const first = isEmpty || id < this.#first ? id : this.#first
      const last = isEmpty || id > this.#last ? id : this.#last
      if (!isEmpty && timeOfId(last) - timeOfId(first) > LONGEST_SPAN_MS) return row
      this.#first = first
      this.#last = last
    }
    return most
  }

  #note(entry: Entry, rows: number): void {
    const { answered } = entry
    const at = this.rows
    for (let row = 0; row < rows; row++) {
      const place = entry.placeOf(row)
      const error = answered.errors.get(place)
      if (error) this.#errors.push([at + row, error.code])
      this.#ids.push(answered.ids[place]!)
    }
    const { shadowOf } = answered
    this.#calls.push(answered, at, at + rows, shadowOf && entry.nextOf(shadowOf, rows))
  }

  #sealed(from: number, to: number): SealedChunk[] {
    const text = this.#text(from, to, true)
    if (text.length <= LARGEST_CHUNK_BYTES) return [{ line: spoolLine(text), ...this.#waitingOf(to - from) }]
    if (to - from === 1) return [{ line: spoolLine(this.#text(from, to, false)), ...this.#waitingOf(1) }]
    const middle = (from + to) >> 1
    return [...this.#sealed(from, middle), ...this.#sealed(middle, to)]
  }

  #waitingOf(rows: number): Waiting {
    return { rows, values: rows * this.origin.recorded.fields.valuesPerRow }
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
