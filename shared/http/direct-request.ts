import type { DirectHead } from './direct-head.js'
import type { HttpRequest } from './message.js'

/** A request that came whole and was read without Node's parser. */
export class DirectRequest implements HttpRequest {
  readonly method = 'POST'
  readonly complete = true
  readonly headers: DirectHead['headers']
  readonly rawHeaders: DirectHead['rawHeaders']
  readonly body: Buffer

  constructor(
    readonly url: string,
    head: DirectHead,
    bytes: Buffer,
    readonly socket: HttpRequest['socket'],
  ) {
    this.headers = head.headers
    this.rawHeaders = head.rawHeaders
    this.body = bytes.subarray(head.bodyStart)
  }
}
