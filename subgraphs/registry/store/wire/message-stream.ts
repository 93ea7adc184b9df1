import { HEADER_BYTES, MAX_MESSAGE_BYTES } from './messages.js'

/** Cuts a stream of bytes into messages, joining what came in pieces once a message is whole. */
export class MessageStream {
  private chunks: Buffer[] = []
  private buffered = 0

  /** The messages completed by a chunk; throws when a length is impossible. */
  push(chunk: Buffer): Buffer[] {
    const messages: Buffer[] = []
    this.chunks.push(chunk)
    this.buffered += chunk.length
    for (let length = this.nextLength(); length !== undefined && length <= this.buffered; length = this.nextLength()) {
      const bytes = this.joined()
      this.keep(bytes.subarray(length))
      messages.push(bytes.subarray(0, length))
    }
    return messages
  }

  private nextLength(): number | undefined {
    if (this.buffered < HEADER_BYTES) return undefined
    if (this.chunks[0]!.length < 4) this.keep(this.joined())
    const length = this.chunks[0]!.readInt32LE(0)
    if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) throw new Error(`a message of ${length} bytes`)
    return length
  }

  private joined(): Buffer {
    return this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks)
  }

  private keep(rest: Buffer): void {
    this.chunks = rest.length > 0 ? [rest] : []
    this.buffered = rest.length
  }
}
