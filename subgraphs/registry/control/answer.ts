import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'

/** A request to the registry's HTTP side, its path already taken apart. */
export interface HttpRequest {
  readonly message: IncomingMessage
  readonly requestId: string
  readonly query: URLSearchParams
  /** What follows the route's own path: the sha-256 of `/artifacts/<sha256>`. */
  readonly rest: string
  /** Aborts when the caller has gone or the server stops. */
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | number>>
  readonly body?: string | Readable
}

export type Route = (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>

export function json(status: number, value: unknown): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}
