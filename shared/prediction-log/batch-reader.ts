import { type Batch, type CallOrigin, MARK } from './batch.js'
import { digestOf, type RecordedField } from './recorded-fields.js'

/** A call of a batch, without its rows. */
export interface BatchedCall {
  readonly origin: CallOrigin
  readonly rows: number
  readonly requestId: string
  readonly isShadow: boolean
  readonly latencyMs: number
  readonly queueMs: number
  readonly runMs: number
}

/** What comes before the values of a row. */
export interface BatchedRow {
  readonly id: string
  readonly shadowOf: string | undefined
  /** Code of its error. */
  readonly error: string | null
}

/** Reads a batch from its start on, what it consists of in the order it was written. */
export class BatchReader {
  #at = 0
  #text = 0
  readonly #marks: Uint32Array

  constructor(private readonly batch: Batch) {
    this.#marks = new Uint32Array(batch.cells.buffer)
  }

  get isAtEnd(): boolean {
    return this.#at >= this.batch.length
  }

  call(): BatchedCall {
    const origin = this.batch.origins[this.#cell()]!
    const rows = this.#cell()
    const isShadow = this.#cell() === 1
    const latencyMs = this.#cell()
    const queueMs = this.#cell()
    const runMs = this.#cell()
    return { origin, rows, requestId: this.#nextText(), isShadow, latencyMs, queueMs, runMs }
  }

  row({ isShadow }: BatchedCall): BatchedRow {
    const id = this.#nextText()
    const shadowOf = isShadow ? this.#nextText() : undefined
    return { id, shadowOf, error: this.#value(false) as string | null }
  }

  /** A finite number or anything else that JSON knows. */
  value({ image }: RecordedField): unknown {
    return this.#value(image)
  }

  #value(image: boolean): unknown {
    const at = this.#at++
    const number = this.batch.cells[at]!
    if (!Number.isNaN(number)) return number
    switch (this.#marks[2 * at + 1]) {
      case MARK.text:
        return image ? digestOf(this.#nextText()) : this.#nextText()
      case MARK.list:
        return Array.from({ length: this.#cell() }, () => this.#value(image))
      case MARK.true:
        return true
      case MARK.false:
        return false
      default:
        return null
    }
  }

  #cell(): number {
    return this.batch.cells[this.#at++]!
  }

  #nextText(): string {
    const text = this.batch.texts[this.#text++]
    if (text === undefined) throw new RangeError('a batch holds fewer texts than its cells say')
    return text
  }
}
