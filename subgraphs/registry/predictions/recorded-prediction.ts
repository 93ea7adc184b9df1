import type { CallOrigin } from '../../../shared/prediction-log/batch.js'
import { timeOfId } from '../../../shared/prediction-log/chunk.js'
import { openChunk } from '../../../shared/prediction-log/chunk-reader.js'
import { recordedRows } from '../../../shared/prediction-log/recorded-rows.js'
import { bytesOf, type ChunkDocument } from './chunk-document.js'

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
  /** W3C trace id of the request; null where it belonged to no trace. */
  readonly traceId: string | null
  readonly route: string | null
  /** Revision of the rollout that routed it. */
  readonly revision: number | null
  /** Of a fallback: the version that should have answered, and why it did not. */
  readonly instead: CallOrigin['instead']
  /** Of the whole call, in milliseconds. */
  readonly latencyMs: number
  /** Of it, what the rows waited for a run and what their run took; both 0 where none was. */
  readonly queueMs: number
  readonly runMs: number
  /** Of a row that a shadow ran: the prediction that was the answer. */
  readonly shadowOf: string | null
  readonly error: string | null
  /** By feature; a sensitive one reads `[redacted]`. */
  readonly inputs: Readonly<Record<string, unknown>>
  /** By output; null for a prediction that failed. */
  readonly outputs: Readonly<Record<string, unknown>> | null
}

const REDACTED = '[redacted]'

/** The predictions of a chunk whose ids are wanted, by ascending id. */
export function predictionsOf(
  { frame }: Pick<ChunkDocument, 'frame'>,
  isWanted?: (id: string) => boolean,
): RecordedPrediction[] {
  const reader = openChunk(bytesOf(frame))
  const { environment, model, version, redacted } = reader.head
  const hidden = Object.fromEntries(redacted.map((name) => [name, REDACTED]))
  const predictions = recordedRows(reader, isWanted).map(({ origin, inputs, ...row }): RecordedPrediction => {
    const time = new Date(timeOfId(row.id))
    return { ...row, ...origin, time, environment, model, version, inputs: { ...inputs, ...hidden } }
  })
  return predictions.sort((a, b) => (a.id < b.id ? -1 : 1))
}
