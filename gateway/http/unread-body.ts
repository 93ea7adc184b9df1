import type { Readable } from 'node:stream'

/** How much of a body nobody wants is still taken, and for how long. */
export interface DiscardLimits {
  readonly bytes: number
  readonly milliseconds: number
}

/**
 * Takes the rest of a refused request off the connection. A server that answers and closes while its client still sends
 * makes the kernel reset the connection, and the client sees a broken pipe instead of the reason (RFC 9112, section 9.6).
 * Resolves when the client has sent everything or gone away, or when the limits are reached; never rejects.
 */
export function discardRest(body: Readable, { bytes, milliseconds }: DiscardLimits): Promise<void> {
  return new Promise((resolve) => {
    let left = bytes
    const timer = setTimeout(end, milliseconds)
    const count = (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) end()
    }
    function end(): void {
      clearTimeout(timer)
      body.off('data', count).off('end', end).off('close', end).off('error', end)
      resolve()
    }
    body.on('data', count).once('end', end).once('close', end).once('error', end).resume()
  })
}
