import { CONTENT_AT, KIND_BYTES, LENGTH_BYTES } from './frame.js'

/** Told of each frame. The content is a view on what came off the connection: it lasts, and keeps that in memory. */
export type TakeFrame = (kind: number, letter: number, content: Buffer) => void

/** The other side sends what is no frame, or one that is too large. */
export class FrameError extends Error {}

/** Finds the frames in what comes off a connection, wherever that is cut. */
export class FrameReader {
  private pieces: Buffer[] = []
  private held = 0
  /** Bytes of the frame that is not complete, as far as is known. */
  private needed = LENGTH_BYTES

  constructor(
    /** Longest frame, in bytes. */
    private readonly maxBytes: number,
    private readonly take: TakeFrame,
  ) {}

  /** Throws a {@link FrameError}, after which nothing more can be read. */
  push(chunk: Buffer): void {
    if (this.held === 0) {
      this.read(chunk)
      return
    }
    this.pieces.push(chunk)
    this.held += chunk.length
    if (this.held < this.needed) return
    const whole = Buffer.concat(this.pieces, this.held)
    this.pieces = []
    this.held = 0
    this.read(whole)
  }

  private read(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      const end = at + this.lengthAt(chunk, at)
      if (end > chunk.length) break
      this.take(
        chunk[at + LENGTH_BYTES]!,
        chunk.readUInt32BE(at + LENGTH_BYTES + 1),
        chunk.subarray(at + CONTENT_AT, end),
      )
      at = end
    }
    if (at === chunk.length) return
    this.held = chunk.length - at
    this.pieces.push(chunk.subarray(at))
  }

  /** Of the frame that begins there, as far as is known; also what is needed before it can be read. */
  private lengthAt(chunk: Buffer, at: number): number {
    if (chunk.length - at < LENGTH_BYTES) {
      this.needed = LENGTH_BYTES
      return LENGTH_BYTES
    }
    const length = LENGTH_BYTES + chunk.readUInt32BE(at)
    if (length < LENGTH_BYTES + KIND_BYTES) throw new FrameError(`A frame of ${length} bytes is none.`)
    if (length > this.maxBytes) throw new FrameError(`A frame has ${length} bytes; at most ${this.maxBytes} are taken.`)
    this.needed = length
    return length
  }
}
