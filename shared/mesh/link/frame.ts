/** What a frame of a link is (see shared/mesh/protocol.ts). */
export const FRAME = {
  /** To a subgraph: a request. */
  LETTER: 1,
  /** From a subgraph: the answer to one part of a letter. */
  ANSWER: 2,
  /** From a subgraph: it takes no more letters, and ends the link when those it has are answered. */
  CLOSING: 3,
} as const

/** Bytes of a frame that say how many follow: an unsigned integer, big-endian as all of them. */
export const LENGTH_BYTES = 4

/** Bytes of kind (one) and number of the letter (four), which every frame has. */
export const KIND_BYTES = 5

/** Where the content of a frame begins. */
export const CONTENT_AT = LENGTH_BYTES + KIND_BYTES

/** Writes at a place what every frame begins with; answers where its content goes. */
export function startFrame(room: Buffer, at: number, kind: number, letter: number, contentBytes: number): number {
  room.writeUInt32BE(KIND_BYTES + contentBytes, at)
  room[at + LENGTH_BYTES] = kind
  room.writeUInt32BE(letter, at + LENGTH_BYTES + 1)
  return at + CONTENT_AT
}

/** A frame that says all by its kind. */
export function bareFrame(kind: number): Buffer {
  const frame = Buffer.allocUnsafe(CONTENT_AT)
  startFrame(frame, 0, kind, 0, 0)
  return frame
}
