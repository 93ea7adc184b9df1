import type { CallOrigin } from './batch.js'
import type { BatchedCall } from './batch-reader.js'
import type { RecordedCall } from './chunk.js'

/** The calls of a chunk's rows, in order, kept as the JSON that they are written as: calls of one client are much alike. */
export class RecordedCalls {
  #calls: CallOfRows[] = []
  #origin: { readonly origin: CallOrigin; readonly json: string } | undefined

  /** The row at `row`, the next one, came and went with this call; `shadowOf` is its. */
  push(call: BatchedCall, row: number, shadowOf: string | undefined): void {
    let last = this.#calls.at(-1)
    if (last?.call !== call) {
      last = { call, from: row, to: row, shadowOf: call.isShadow ? [] : undefined, json: this.#jsonOf(call.origin) }
      this.#calls.push(last)
    }
    last.to = row + 1
    if (shadowOf !== undefined) last.shadowOf?.push(shadowOf)
  }

  /** A list of {@link RecordedCall}, of rows `from` (inclusive) to `to` (exclusive). */
  json(from: number, to: number): string {
    let json = ''
    for (const call of this.#calls) {
      const rows = Math.min(call.to, to) - Math.max(call.from, from)
      if (rows <= 0) continue
      const shadowOf = call.shadowOf?.slice(Math.max(0, from - call.from), to - call.from)
      json += `${json === '' ? '' : ','}{"rows":${rows},${ownJson(call.call)},${call.json}${shadowJson(shadowOf)}}`
    }
    return `[${json}]`
  }

  clear(): void {
    this.#calls = []
  }

  #jsonOf(origin: CallOrigin): string {
    if (this.#origin?.origin !== origin) {
      const { client, operation, route, revision, instead } = origin
      const shared: SharedByCalls = { client, operation, route, revision, instead }
      this.#origin = { origin, json: JSON.stringify(shared).slice(1, -1) }
    }
    return this.#origin.json
  }
}

interface CallOfRows {
  readonly call: BatchedCall
  readonly from: number
  to: number
  readonly shadowOf: string[] | undefined
  /** What it shares with others. */
  readonly json: string
}

type SharedByCalls = Omit<RecordedCall, 'rows' | 'requestId' | 'latencyMs' | 'queueMs' | 'runMs' | 'shadowOf'>

function ownJson({ requestId, latencyMs, queueMs, runMs }: BatchedCall): string {
  const times = `"latencyMs":${inMicros(latencyMs)},"queueMs":${inMicros(queueMs)},"runMs":${inMicros(runMs)}`
  return `"requestId":${JSON.stringify(requestId)},${times}`
}

function shadowJson(shadowOf: readonly string[] | undefined): string {
  return shadowOf ? `,"shadowOf":${JSON.stringify(shadowOf)}` : ''
}

/** Milliseconds to the microsecond; a monotonic clock never goes back, but differences of doubles are not exact. */
function inMicros(milliseconds: number): number {
  return Math.max(0, Math.round(milliseconds * 1_000) / 1_000)
}
