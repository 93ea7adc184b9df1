import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { EVERY_PART, type LinkAnswer, writeAnswers } from '../../mesh/link/answer.js'
import { bareFrame, FRAME } from '../../mesh/link/frame.js'
import { FrameError, FrameReader } from '../../mesh/link/frame-reader.js'
import { MAX_LETTER_FRAME, type ReceivedLetter, readLetter } from '../../mesh/link/letter.js'
import type { Log } from '../../telemetry/log.js'
import type { AnswerParts } from '../server/answer-parts.js'
import { isRequestId } from '../server/identify.js'
import { maskError } from '../server/mask-errors.js'
import { servedText } from '../server/parts.js'
import { jsonOf } from '../server/read-body.js'

export interface ServerLinkOptions {
  readonly answerParts: AnswerParts
  readonly log: Log
}

/** One gateway's link: letters come in, the answers to their parts go out as they are ready, those of a turn together. */
export class ServerLink {
  private readonly reader = new FrameReader(MAX_LETTER_FRAME, (...frame) => this.take(...frame))
  private ready: LinkAnswer[] = []

  constructor(
    private readonly connection: Duplex,
    private readonly options: ServerLinkOptions,
  ) {
    connection.on('data', (chunk: Buffer) => this.read(chunk))
    connection.once('end', () => connection.end())
  }

  /** Asks the gateway to end the link when it has its answers. */
  close(): void {
    if (this.connection.writable) this.connection.write(bareFrame(FRAME.CLOSING))
  }

  private read(chunk: Buffer): void {
    try {
      this.reader.push(chunk)
    } catch (err) {
      if (!(err instanceof FrameError)) throw err
      this.options.log.warn({ err }, 'a link brought what is no letter, and was ended')
      this.connection.destroy()
    }
  }

  private take(kind: number, number: number, content: Buffer): void {
    const letter = kind === FRAME.LETTER ? readLetter(content) : undefined
    if (!letter) throw new FrameError(`Expected a letter, received a frame of kind ${kind}.`)
    const requestId = isRequestId(letter.requestId) ? letter.requestId : randomUUID()
    try {
      this.open(number, { ...letter, requestId })
    } catch (error) {
      this.refuse(number, error, requestId)
    }
  }

  private open(number: number, letter: ReceivedLetter): void {
    const { parts } = this.options.answerParts(letter, letter.body, () => jsonOf(letter.body))
    parts.forEach(async (answering, part) => {
      const { status, failed, served, text } = await answering
      this.answer({ letter: number, part, status, failed, served: servedText(served), text })
    })
  }

  private refuse(letter: number, error: unknown, requestId: string): void {
    const masked = maskError(error, requestId, this.options.log)
    const text = JSON.stringify({ errors: [masked] })
    this.answer({ letter, part: EVERY_PART, status: masked.httpStatus, failed: true, served: '', text })
  }

  private answer(answer: LinkAnswer): void {
    if (this.ready.push(answer) === 1) process.nextTick(() => this.send())
  }

  /** A gateway that does not read its answers is not read from. */
  private send(): void {
    const { connection, ready } = this
    this.ready = []
    if (!connection.writable || connection.write(writeAnswers(ready))) return
    connection.pause()
    connection.once('drain', () => connection.resume())
  }
}
