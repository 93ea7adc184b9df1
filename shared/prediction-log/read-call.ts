import { type CallOrigin, FLAG } from './batch.js'
import { hexAt, uuidAt } from './hex-words.js'

const NO_TRACE = '0'.repeat(32)

/** A call of a chunk, without its rows. What is dear to tell is told when somebody asks. */
export class ReadCall {
  readonly rows: number
  readonly isShadow: boolean
  /** Whether its rows have values. */
  readonly hasValues: boolean

  /** The call's cells begin at word `at`; `text` is the request id, where it is no UUID. */
  constructor(
    private readonly words: Uint32Array,
    private readonly cells: Float64Array,
    private readonly at: number,
    readonly origin: CallOrigin,
    private readonly text: string,
  ) {
    const flags = words[at + 2]!
    this.rows = words[at + 1]!
    this.isShadow = (flags & FLAG.shadow) !== 0
    this.hasValues = (flags & FLAG.bare) === 0
  }

  get requestId(): string {
    return (this.words[this.at + 2]! & FLAG.uuid) === 0 ? this.text : uuidAt(this.words, this.at + 14)
  }

  /** W3C trace id; null where there is none. */
  get traceId(): string | null {
    const traceId = hexAt(this.words, this.at + 10, 4)
    return traceId === NO_TRACE ? null : traceId
  }

  get latencyMs(): number {
    return this.cells[this.at / 2 + 2]!
  }

  get queueMs(): number {
    return this.cells[this.at / 2 + 3]!
  }

  get runMs(): number {
    return this.cells[this.at / 2 + 4]!
  }
}
