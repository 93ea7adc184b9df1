import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from '../identity/caller.js'
import type { RequestRecord } from '../request-context.js'

/** One HTTP request on its way to its response. */
export class Exchange {
  /** Where the rooms write what the log line of the request will say. */
  readonly record: RequestRecord = {}
  /** The route that matched, as it is declared: `/artifacts/:sha256`. */
  route: string | undefined
  /** Who calls, as soon as this is known. */
  caller: Caller | undefined
  private controller: AbortController | undefined

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    readonly requestId: string,
    /** Milliseconds since the epoch. */
    readonly startedAt: number,
  ) {}

  /** The path without its query. */
  get path(): string {
    const url = this.request.url ?? '/'
    const end = url.indexOf('?')
    return end < 0 ? url : url.slice(0, end)
  }

  /** Aborts when the client goes away before it has its answer. Made when first asked for: most requests end undisturbed. */
  get signal(): AbortSignal {
    if (!this.controller) {
      const controller = new AbortController()
      this.controller = controller
      if (this.response.destroyed) controller.abort()
      else this.response.once('close', () => this.response.writableFinished || controller.abort())
    }
    return this.controller.signal
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
