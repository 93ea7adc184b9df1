import { IncomingMessage } from 'node:http'
import { ReceivedBytes } from '../json/received-bytes.js'
import { DirectRequest } from './direct-request.js'
import type { HttpRequest } from './message.js'

/** What a body that cannot be taken is refused with. */
export interface BodyRefusals {
  readonly tooLarge: (limitBytes: number) => Error
  /** For a request that ends before its body does. */
  readonly cutShort: (cause: Error) => Error
}

/**
 * The bytes of a request. Rejects as soon as they are known to be more than `limitBytes`; the connection stays open, so that
 * the refusal can be written to it.
 */
export function receiveBody(request: HttpRequest, limitBytes: number, refusals: BodyRefusals): Promise<ReceivedBytes> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return Promise.reject(refusals.tooLarge(limitBytes))
  if (request instanceof DirectRequest) return Promise.resolve(new ReceivedBytes([request.body]))
  return receiveStream(streamOf(request), limitBytes, refusals)
}

/** The body of a request as a stream. Throws a `TypeError` where it was read without Node's HTTP. */
export function streamOf(request: HttpRequest): IncomingMessage {
  if (request instanceof IncomingMessage) return request
  throw new TypeError('The body of this request is no stream.')
}

function receiveStream(request: IncomingMessage, limitBytes: number, refusals: BodyRefusals): Promise<ReceivedBytes> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const take = (chunk: Buffer): void => {
      bytes += chunk.length
      chunks.push(chunk)
      if (bytes <= limitBytes) return
      request.off('data', take).off('end', end)
      reject(refusals.tooLarge(limitBytes))
    }
    const end = (): void => resolve(new ReceivedBytes(chunks))
    request.on('data', take).once('end', end)
    request.once('error', (error) => reject(refusals.cutShort(error)))
  })
}
