import type { ChunkReader } from './chunk-reader.js'
import type { ReadCall } from './read-call.js'

/** What the rows of a call have in common. */
type SharedByRows = Pick<ReadCall, 'origin' | 'requestId' | 'traceId' | 'latencyMs' | 'queueMs' | 'runMs'>

/** A row of a chunk, as it was recorded. */
export interface RecordedRow extends SharedByRows {
  readonly id: string
  /** Of a row that a shadow ran: the prediction that was the answer. */
  readonly shadowOf: string | null
  readonly error: string | null
  /** By feature; none of a row whose values were too large. */
  readonly inputs: Readonly<Record<string, unknown>>
  /** By output; null for a row that failed. */
  readonly outputs: Readonly<Record<string, unknown>> | null
}

/** The rows of a chunk whose ids are wanted, in the order they were recorded. The values of others are passed over. */
export function recordedRows(reader: ChunkReader, isWanted: (id: string) => boolean = () => true): RecordedRow[] {
  const found: RecordedRow[] = []
  while (!reader.isAtEnd) {
    const call = reader.call()
    for (let left = call.rows; left > 0; left--) {
      const row = recordedRow(reader, call, isWanted)
      if (row) found.push(row)
    }
  }
  return found
}

function recordedRow(reader: ChunkReader, call: ReadCall, isWanted: (id: string) => boolean): RecordedRow | undefined {
  const { inputs, outputs } = reader.head
  const row = reader.row(call)
  const { id, shadowOf, error } = row
  const isAnswered = error === null
  if (!isWanted(id)) {
    if (call.hasValues) reader.skip(inputs.length + (isAnswered ? outputs.length : 0))
    return undefined
  }
  const valuesOf = (names: readonly string[]) =>
    Object.fromEntries(call.hasValues ? names.map((name) => [name, reader.value()]) : [])
  const { origin, requestId, traceId, latencyMs, queueMs, runMs } = call
  const shared: SharedByRows = { origin, requestId, traceId, latencyMs, queueMs, runMs }
  return { ...shared, id, shadowOf, error, inputs: valuesOf(inputs), outputs: isAnswered ? valuesOf(outputs) : null }
}
