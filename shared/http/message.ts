import type { IncomingHttpHeaders } from 'node:http'

/** What answering a request takes of it; `IncomingMessage` is one. */
export interface HttpRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** By name in lower case. */
  readonly headers: IncomingHttpHeaders
  /** Names and values as they came, one after the other. */
  readonly rawHeaders: readonly string[]
  /** Whether all of it has been received. */
  readonly complete: boolean
  readonly socket: { readonly remoteAddress?: string | undefined }
}

/** What answering a request takes of its response; `ServerResponse` is one. */
export interface HttpResponse {
  readonly statusCode: number
  /** Whether nobody takes it any more. */
  readonly destroyed: boolean
  /** Whether all of it has been handed to the system. */
  readonly writableFinished: boolean
  /** Told once: when the response has left, or its connection. */
  once(event: 'close', listener: () => void): unknown
  /** `headers` are names and values, one after the other; `content-length` is among them. */
  writeHead(status: number, headers: string[]): unknown
  end(body: string | Buffer, encoding: BufferEncoding): unknown
}
