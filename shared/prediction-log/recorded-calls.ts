import type { Answered } from './answered.js'
import type { RecordedCall } from './chunk.js'

/** The calls of a chunk's rows, in order, kept as the JSON that they are written as: calls of one client are much alike. */
export class RecordedCalls {
  #calls: CallOfRows[] = []
  #last: { readonly shared: SharedByCalls; readonly json: string } | undefined

  /** Rows from `from` (inclusive) to `to` (exclusive) came and went with this call. */
  push(answered: Answered, from: number, to: number): void {
    const { requestId } = answered.caller
    this.#calls.push({ from, to, requestId, latencyMs: answered.latencyMs, json: this.#jsonOf(answered) })
  }

  /** A list of {@link RecordedCall}, of rows `from` (inclusive) to `to` (exclusive). */
  json(from: number, to: number): string {
    let json = ''
    for (const call of this.#calls) {
      const rows = Math.min(call.to, to) - Math.max(call.from, from)
      if (rows <= 0) continue
      const own = `"requestId":${JSON.stringify(call.requestId)},"latencyMs":${inMicros(call.latencyMs)}`
      json += `${json === '' ? '' : ','}{"rows":${rows},${own},${call.json}}`
    }
    return `[${json}]`
  }

  clear(): void {
    this.#calls = []
  }

  #jsonOf({ caller, ...answered }: Answered): string {
    const route = answered.route ?? null
    const revision = answered.revision ?? null
    const instead = answered.instead ?? null
    const last = this.#last?.shared
    if (
      last?.client === caller.client &&
      last.operation === caller.operation &&
      last.route === route &&
      last.revision === revision &&
      last.instead === instead
    )
      return this.#last!.json
    const shared: SharedByCalls = { client: caller.client, operation: caller.operation, route, revision, instead }
    this.#last = { shared, json: JSON.stringify(shared).slice(1, -1) }
    return this.#last.json
  }
}

interface CallOfRows {
  readonly from: number
  readonly to: number
  readonly requestId: string
  readonly latencyMs: number
  /** What it shares with others. */
  readonly json: string
}

type SharedByCalls = Omit<RecordedCall, 'rows' | 'requestId' | 'latencyMs'>

/** Milliseconds to the microsecond; a monotonic clock never goes back, but differences of doubles are not exact. */
function inMicros(milliseconds: number): number {
  return Math.max(0, Math.round(milliseconds * 1_000) / 1_000)
}
