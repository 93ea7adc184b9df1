import type { Answered } from './answered.js'
import type { RecordedCall } from './chunk.js'

/** The calls of a chunk's rows, in order, kept as the JSON that they are written as: calls of one client are much alike. */
export class RecordedCalls {
  #calls: CallOfRows[] = []
  #last: { readonly shared: SharedByCalls; readonly json: string } | undefined

  /** Rows from `from` (inclusive) to `to` (exclusive) came and went with this call; `shadowOf` is theirs. */
  push(answered: Answered, from: number, to: number, shadowOf?: readonly string[]): void {
    const { caller, latencyMs, queueMs, runMs } = answered
    const { requestId } = caller
    this.#calls.push({ from, to, requestId, latencyMs, queueMs, runMs, shadowOf, json: this.#jsonOf(answered) })
  }

  /** A list of {@link RecordedCall}, of rows `from` (inclusive) to `to` (exclusive). */
  json(from: number, to: number): string {
    let json = ''
    for (const call of this.#calls) {
      const rows = Math.min(call.to, to) - Math.max(call.from, from)
      if (rows <= 0) continue
      const shadowOf = call.shadowOf?.slice(Math.max(0, from - call.from), to - call.from)
      json += `${json === '' ? '' : ','}{"rows":${rows},${ownJson(call)},${call.json}${shadowJson(shadowOf)}}`
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
  readonly queueMs: number
  readonly runMs: number
  readonly shadowOf: readonly string[] | undefined
  /** What it shares with others. */
  readonly json: string
}

type SharedByCalls = Omit<RecordedCall, 'rows' | 'requestId' | 'latencyMs' | 'queueMs' | 'runMs' | 'shadowOf'>

function ownJson({ requestId, latencyMs, queueMs, runMs }: CallOfRows): string {
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
