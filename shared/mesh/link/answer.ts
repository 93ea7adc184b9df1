import { CONTENT_AT, FRAME, startFrame } from './frame.js'

/** The answer to one part of a letter, or to all of them. */
export interface LinkAnswer {
  /** Number of its letter. */
  readonly letter: number
  /** Which part, from 0; {@link EVERY_PART} for a letter that is refused as a whole. */
  readonly part: number
  /** As of an HTTP response. */
  readonly status: number
  /** Whether the text holds errors. */
  readonly failed: boolean
  /** What was predicted: a JSON list of `Served`, or nothing. */
  readonly served: string
  /** JSON of the answer. */
  readonly text: string
}

export const EVERY_PART = 0xffff

/** Part and status, whether it failed, how long what was served is. */
const FIXED_BYTES = 2 + 2 + 1 + 4

/** The frames of several answers, one after the other. */
export function writeAnswers(answers: readonly LinkAnswer[]): Buffer {
  const lengths = answers.map(({ text, served }) => ({
    served: Buffer.byteLength(served),
    text: Buffer.byteLength(text),
  }))
  const bytes = lengths.reduce((sum, { served, text }) => sum + CONTENT_AT + FIXED_BYTES + served + text, 0)
  const frames = Buffer.allocUnsafe(bytes)
  let at = 0
  answers.forEach((answer, index) => {
    const { served, text } = lengths[index]!
    at = startFrame(frames, at, FRAME.ANSWER, answer.letter, FIXED_BYTES + served + text)
    at = frames.writeUInt16BE(answer.part, at)
    at = frames.writeUInt16BE(answer.status, at)
    at = frames.writeUInt8(answer.failed ? 1 : 0, at)
    at = frames.writeUInt32BE(served, at)
    at += frames.write(answer.served, at)
    at += frames.write(answer.text, at)
  })
  return frames
}

/** What a frame's content holds, the text as bytes; undefined when it is no answer. */
export function readAnswer(content: Buffer): ReadAnswer | undefined {
  if (content.length < FIXED_BYTES) return undefined
  const end = FIXED_BYTES + content.readUInt32BE(5)
  if (end > content.length) return undefined
  return {
    part: content.readUInt16BE(0),
    status: content.readUInt16BE(2),
    failed: content[4] === 1,
    served: content.toString('utf8', FIXED_BYTES, end),
    bytes: content.subarray(end),
  }
}

export interface ReadAnswer extends Omit<LinkAnswer, 'letter' | 'text'> {
  readonly bytes: Buffer
}
