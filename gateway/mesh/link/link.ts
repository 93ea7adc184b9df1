import type { Duplex } from 'node:stream'
import { EVERY_PART, readAnswer } from '../../../shared/mesh/link/answer.js'
import { FRAME } from '../../../shared/mesh/link/frame.js'
import { FrameError, FrameReader } from '../../../shared/mesh/link/frame-reader.js'
import { writeLetter } from '../../../shared/mesh/link/letter.js'
import type { Carrier, Letter, Sender } from '../wire/carrier.js'
import { outcomeOf } from '../wire/outcome.js'
import { Failure } from '../wire/part.js'
import { MAX_RESPONSE_BYTES } from '../wire/pools.js'
import { parsedOf } from '../wire/received-answer.js'
import { servedIn } from '../wire/served.js'

/** A letter that waits for answers. */
interface Posted {
  readonly sender: Sender
  readonly parts: number
  /** Parts that have no answer. */
  left: number
  /** How often the replica had been heard when it was sent. */
  readonly heard: number
}

/**
 * A link to one replica (shared/mesh/protocol.ts). It takes letters until the replica closes it, it breaks, or a letter was
 * broken off without a word from the replica since it was sent: then the connection may be dead. It ends with its last letter.
 */
export class Link implements Carrier {
  private readonly reader = new FrameReader(MAX_RESPONSE_BYTES, (...frame) => this.take(...frame))
  private readonly posted = new Map<number, Posted>()
  private next = 0
  private heard = 0
  private takesLetters = true

  constructor(
    private readonly connection: Duplex,
    private readonly subgraph: string,
  ) {
    connection.on('data', (chunk: Buffer) => this.read(chunk))
    connection.once('end', () => connection.destroy(new Error('The replica ended the link.')))
    connection.on('error', (error) => this.break(error))
    connection.once('close', () => this.break(new Error('The link was closed.')))
  }

  get isOpen(): boolean {
    return this.takesLetters && this.connection.writable
  }

  carry(letter: Letter, sender: Sender): () => void {
    const number = this.post(letter, sender)
    this.connection.write(writeLetter(number, letter))
    return () => this.breakOff(number)
  }

  /** Takes no more letters, and ends with the last one. */
  close(): void {
    this.takesLetters = false
    if (this.posted.size === 0) this.connection.destroy()
  }

  private post({ parts }: Letter, sender: Sender): number {
    this.next = (this.next + 1) % 2 ** 32
    this.posted.set(this.next, { sender, parts, left: parts, heard: this.heard })
    return this.next
  }

  private breakOff(number: number): void {
    const posted = this.posted.get(number)
    if (!posted) return
    this.posted.delete(number)
    if (posted.heard === this.heard || !this.takesLetters) this.close()
  }

  private read(chunk: Buffer): void {
    this.heard += 1
    try {
      this.reader.push(chunk)
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      this.connection.destroy(error)
    }
  }

  private take(kind: number, number: number, content: Buffer): void {
    if (kind === FRAME.CLOSING) {
      this.close()
      return
    }
    const answer = kind === FRAME.ANSWER ? readAnswer(content) : undefined
    if (!answer) throw new FrameError(`Expected an answer, received a frame of kind ${kind}.`)
    const posted = this.posted.get(number)
    if (!posted) return
    const { bytes, status, failed: hasErrors, part } = answer
    const served = answer.served === '' ? undefined : servedIn(parsedOf(answer.served))
    const outcome = outcomeOf({ bytes, status, hasErrors, served }, this.subgraph)
    const isWhole = part === EVERY_PART
    posted.left -= isWhole ? posted.left : 1
    if (posted.left === 0) this.posted.delete(number)
    if (!isWhole) posted.sender.answered(part, outcome)
    else for (let each = 0; each < posted.parts; each++) posted.sender.answered(each, outcome)
    if (!this.takesLetters) this.close()
  }

  private break(cause: Error): void {
    this.takesLetters = false
    const posted = [...this.posted.values()]
    this.posted.clear()
    for (const { sender } of posted) sender.failed(new Failure('broken', 'broke the connection', { cause }))
  }
}
