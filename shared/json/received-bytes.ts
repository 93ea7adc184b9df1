/** Grows to the largest body there was. It holds what it was last given, and nobody reads it later than that. */
let room = Buffer.alloc(0)

/** A body as it came off the connection, in pieces. */
export class ReceivedBytes {
  readonly length: number

  constructor(readonly pieces: readonly Buffer[]) {
    this.length = pieces.reduce((sum, { length }) => sum + length, 0)
  }

  /** All of it in one piece. */
  join(): Buffer {
    return this.pieces.length === 1 ? this.pieces[0]! : Buffer.concat(this.pieces, this.length)
  }

  /**
   * The same to read at once and not to keep, for the next body overwrites it. Buffers of this size, one for each request, would
   * make the garbage collector come more often, and the system hand out fresh pages.
   */
  glance(): Buffer {
    if (this.pieces.length === 1) return this.pieces[0]!
    if (room.length < this.length) room = Buffer.allocUnsafeSlow(this.length)
    let at = 0
    for (const piece of this.pieces) at += piece.copy(room, at)
    return room.subarray(0, at)
  }

  /** From `start` (inclusive) to `end` (exclusive), in pieces. */
  slice(start: number, end: number): readonly Buffer[] {
    const slices: Buffer[] = []
    let at = 0
    for (const piece of this.pieces) {
      const slice = piece.subarray(Math.max(0, start - at), Math.max(0, end - at))
      if (slice.length > 0) slices.push(slice)
      at += piece.length
    }
    return slices
  }
}
