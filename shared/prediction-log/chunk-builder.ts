import type { Environment } from '../control/protocol.js'
import {
  LARGEST_CHUNK_BYTES,
  LONGEST_SPAN_MS,
  MOST_CHUNK_ROWS,
  type PredictionChunk,
  type RecordedCall,
  timeOfId,
} from './chunk.js'
import type { Entry } from './entry.js'
import type { RecordedField } from './recorded-fields.js'
import { encodeVector, type Vector } from './vector.js'

/** A chunk as it is written. */
export interface SealedChunk {
  readonly json: string
  readonly rows: number
}

/** Gathers rows of one model version and makes a chunk of them. */
export class ChunkBuilder {
  readonly #entry: Entry
  readonly #parts: { readonly entry: Entry; readonly from: number; readonly to: number }[] = []
  #rows = 0
  #id: string | undefined
  #last = ''

  /** Any entry of the version, for what all have in common. */
  constructor(
    private readonly environment: Environment,
    entry: Entry,
  ) {
    this.#entry = entry
  }

  get rows(): number {
    return this.#rows
  }

  /** Takes rows of the entry from `from` on, as many as there is room and time for; answers how many. */
  take(entry: Entry, from: number): number {
    const end = Math.min(entry.places.length, from + MOST_CHUNK_ROWS - this.#rows)
    let to = from
    while (to < end && this.#admits(entry.answered.ids[entry.places[to]!]!)) to++
    if (to > from) this.#parts.push({ entry, from, to })
    this.#rows += to - from
    return to - from
  }

  /** The rows as chunks: one, unless they are larger than a chunk may be. */
  seal(): SealedChunk[] {
    return this.#sealed(
      this.#parts.flatMap(({ entry, from, to }) => entry.places.slice(from, to).map((place) => ({ entry, place }))),
    )
  }

  #admits(id: string): boolean {
    const first = this.#id === undefined || id < this.#id ? id : this.#id
    const last = id > this.#last ? id : this.#last
    if (timeOfId(last) - timeOfId(first) > LONGEST_SPAN_MS) return false
    this.#id = first
    this.#last = last
    return true
  }

  #sealed(rows: readonly Row[]): SealedChunk[] {
    const json = JSON.stringify(this.#chunkOf(rows, true))
    if (json.length <= LARGEST_CHUNK_BYTES) return [{ json, rows: rows.length }]
    if (rows.length === 1) return [{ json: JSON.stringify(this.#chunkOf(rows, false)), rows: 1 }]
    const half = rows.length >> 1
    return [...this.#sealed(rows.slice(0, half)), ...this.#sealed(rows.slice(half))]
  }

  /** A single row that is larger than a chunk may be is recorded without its values. */
  #chunkOf(rows: readonly Row[], withValues: boolean): PredictionChunk {
    const { answered, model } = this.#entry
    const { fields, sample } = model
    const ids = rows.map(({ entry, place }) => entry.answered.ids[place]!)
    const sorted = [...ids].sort()
    return {
      format: 1,
      id: sorted[0]!,
      last: sorted.at(-1)!,
      environment: this.environment,
      model: answered.model,
      version: answered.version ?? null,
      sample,
      ids,
      calls: callsOf(rows),
      errors: rows.flatMap(({ entry, place }, row): [number, string][] => {
        const error = entry.answered.errors.get(place)
        return error ? [[row, error.code]] : []
      }),
      redacted: [...fields.redacted],
      inputs: withValues ? vectorsOf(fields.inputs, rows, 'inputOf') : {},
      outputs: withValues ? vectorsOf(fields.outputs, rows, 'outputOf') : {},
    }
  }
}

/** A row of an entry, by its place in the call. */
interface Row {
  readonly entry: Entry
  readonly place: number
}

function callsOf(rows: readonly Row[]): RecordedCall[] {
  const calls: { entry: Entry; rows: number }[] = []
  for (const { entry } of rows) {
    const last = calls.at(-1)
    if (last?.entry === entry) last.rows += 1
    else calls.push({ entry, rows: 1 })
  }
  return calls.map(({ entry: { answered }, rows: count }) => ({
    rows: count,
    client: answered.caller.client,
    requestId: answered.caller.requestId,
    operation: answered.caller.operation,
    route: answered.route ?? null,
    revision: answered.revision ?? null,
    instead: answered.instead ? { version: answered.instead.version, code: answered.instead.code } : null,
    latencyMs: Math.max(0, Math.round(answered.latencyMs * 1_000) / 1_000),
  }))
}

/** Row by row, since a row's outputs may be made as they are read. */
function vectorsOf(
  fields: readonly RecordedField[],
  rows: readonly Row[],
  read: 'inputOf' | 'outputOf',
): Record<string, Vector> {
  const columns = fields.map(() => new Array<unknown>(rows.length))
  for (let row = 0; row < rows.length; row++) {
    const { entry, place } = rows[row]!
    for (let column = 0; column < fields.length; column++) {
      columns[column]![row] = entry[read](fields[column]!, place)
    }
  }
  return Object.fromEntries(fields.map(({ name }, column) => [name, encodeVector(columns[column]!)]))
}
