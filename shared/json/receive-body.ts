import type { IncomingMessage } from 'node:http'
import { ReceivedBytes } from './received-bytes.js'

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
export function receiveBody(
  request: IncomingMessage,
  limitBytes: number,
  refusals: BodyRefusals,
): Promise<ReceivedBytes> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limitBytes) return reject(refusals.tooLarge(limitBytes))
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
