import type { HttpRequest, HttpResponse } from '../../shared/http/message.js'
import type { Caller } from '../identity/caller.js'
import type { RequestRecord } from '../request-context.js'
import { Departure } from './departure.js'

export interface ExchangeStart {
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** The same moment in milliseconds from any fixed point, with a fraction. */
  readonly startedTick: number
  /** Told when the connection is done with this request, answered or not. */
  readonly onClosed: (exchange: Exchange) => void
}

/** One HTTP request on its way to its response. */
export class Exchange {
  /** Where the rooms write what the log line of the request will say. */
  readonly record: RequestRecord = {}
  /** Aborts when the client goes away before it has its answer. */
  readonly departure = new Departure()
  /** The path without its query. */
  readonly path: string
  /** The route that matched, as it is declared: `/artifacts/:sha256`. */
  route: string | undefined
  /** Who calls, as soon as this is known. */
  caller: Caller | undefined
  /** Whether it comes from a page of an origin that its client has not named. */
  isForeign = false

  readonly requestId: string
  readonly startedAt: number
  readonly startedTick: number

  constructor(
    readonly request: HttpRequest,
    readonly response: HttpResponse,
    { requestId, startedAt, startedTick, onClosed }: ExchangeStart,
  ) {
    this.requestId = requestId
    this.startedAt = startedAt
    this.startedTick = startedTick
    this.path = pathOf(request.url ?? '/')
    response.once('close', () => {
      if (!response.writableFinished) this.departure.abort()
      onClosed(this)
    })
  }

  /** {@link departure} for those who need a real signal. */
  signal(): AbortSignal {
    const controller = new AbortController()
    if (this.departure.aborted) controller.abort()
    else this.departure.addEventListener('abort', () => controller.abort())
    return controller.signal
  }
}

/** Who calls on a route that is not open. */
export function callerOf({ caller }: Exchange): Caller {
  if (!caller) throw new Error('The route is open: nobody was asked who they are.')
  return caller
}

/** What an exchange is answered with. */
export interface HttpAnswer {
  readonly status: number
  /** JSON unless `type` says otherwise. */
  readonly body: string | Buffer
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}
