import { CONTENT_AT, FRAME, startFrame } from './frame.js'

/** What a request on a link brings beside its body, as an HTTP request does in its headers (see shared/mesh/protocol.ts). */
export interface LetterHead {
  /** The signed identity of the gateway for the body. */
  readonly identity: string
  /** Time that is left for the last of its parts, in whole milliseconds. */
  readonly deadline: string
  /** Id of the request of the first part. */
  readonly requestId: string
}

/** Letters with a body of more bytes travel as HTTP requests, so that they don't keep others waiting. */
export const MAX_LETTER_BYTES = 256 * 1024

/** Longest frame of a letter, its head included, in bytes. */
export const MAX_LETTER_FRAME = MAX_LETTER_BYTES + 16_384

const HEAD_LENGTH_BYTES = 2

export interface WrittenLetter extends LetterHead {
  /** In pieces. */
  readonly body: readonly Buffer[]
  readonly bodyBytes: number
}

/** The frame of a letter. Its head is ASCII. */
export function writeLetter(number: number, { identity, deadline, requestId, body, bodyBytes }: WrittenLetter): Buffer {
  const head = `${identity}\n${deadline}\n${requestId}`
  const contentBytes = HEAD_LENGTH_BYTES + head.length + bodyBytes
  const frame = Buffer.allocUnsafe(CONTENT_AT + contentBytes)
  let at = startFrame(frame, 0, FRAME.LETTER, number, contentBytes)
  at = frame.writeUInt16BE(head.length, at)
  at += frame.write(head, at, 'latin1')
  for (const piece of body) at += piece.copy(frame, at)
  return frame
}

/** What a frame's content holds; undefined when it is no letter. */
export function readLetter(content: Buffer): ReceivedLetter | undefined {
  if (content.length < HEAD_LENGTH_BYTES) return undefined
  const end = HEAD_LENGTH_BYTES + content.readUInt16BE(0)
  const [identity, deadline, requestId, more] = content.toString('latin1', HEAD_LENGTH_BYTES, end).split('\n', 4)
  if (end > content.length || identity === undefined || deadline === undefined) return undefined
  if (requestId === undefined || more !== undefined) return undefined
  return { identity, deadline, requestId, body: content.subarray(end) }
}

export interface ReceivedLetter extends LetterHead {
  readonly body: Buffer
}
