import type { Dispatcher } from 'undici'
import type { Pools } from './pools.js'

/** One HTTP request to one replica. */
export interface HttpRequest {
  readonly origin: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Record<string, string>
  /** In pieces, one at least. */
  readonly body: readonly Buffer[] | undefined
}

export interface HttpReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** Sends a request and tells how it ended, once. Answers how to break it off; then nothing is told any more. */
export type Transport = (request: HttpRequest, ended: (reply: HttpReply | Error) => void) => () => void

/** HTTP by undici's pools. Knows no time limits of its own: whoever waits breaks off. */
export function createTransport(pools: Pools): Transport {
  return ({ origin, ...request }, ended) => {
    const handler = new ReplyHandler(ended)
    const options = { ...withBody(request), headersTimeout: 0, bodyTimeout: 0 }
    pools.for(origin).dispatch(options, handler)
    return () => handler.breakOff()
  }
}

/** undici writes pieces one by one and waits in between: to put them together costs less. */
function withBody({ body = [], ...request }: Omit<HttpRequest, 'origin'>): Dispatcher.DispatchOptions {
  return { ...request, body: body.length > 1 ? Buffer.concat(body) : (body[0] ?? null) }
}

/** Collects a reply. undici's `request` would make a stream and an abort signal for each. */
class ReplyHandler implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined
  private status = 0
  private headers: HttpReply['headers'] = {}
  private readonly chunks: Buffer[] = []
  private over = false

  constructor(private readonly ended: (reply: HttpReply | Error) => void) {}

  breakOff(): void {
    this.over = true
    this.controller?.abort(BROKEN_OFF)
  }

  /** A request that waits for its connection has no controller yet. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    if (this.over) controller.abort(BROKEN_OFF)
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: HttpReply['headers']): void {
    this.status = status
    this.headers = headers
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk)
  }

  onResponseEnd(): void {
    const body = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks)
    this.end({ status: this.status, headers: this.headers, body })
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.end(error)
  }

  private end(reply: HttpReply | Error): void {
    if (this.over) return
    this.over = true
    this.ended(reply)
  }
}

const BROKEN_OFF = new Error('Nobody waits for this request any more.')
