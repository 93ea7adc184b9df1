import type { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { RowBlock, TensorSet } from '../../tensor/row-block.js'
import type { Row } from './row-check.js'
import type { MutableRow, RowDecoder, RowSink } from './row-decoder.js'
import type { TensorWriter } from './tensor-writer.js'

/** How the rows of a contract are written, read and created. */
export interface RowCodec {
  readonly writers: readonly (readonly [tensor: string, write: TensorWriter])[]
  readonly decode: RowDecoder
  readonly create: () => MutableRow
}

/** Typed rows that passed the check; their results go to the places in which they were asked. */
export class RowsBlock implements RowBlock, RowSink {
  readonly #codec: RowCodec
  readonly #rows: readonly Row[]
  readonly #places: readonly number[] | undefined
  readonly #results: (object | ModelgraphError)[]

  /** `places` holds each row's index in `results`; absent when they are the same. */
  constructor(
    codec: RowCodec,
    rows: readonly Row[],
    results: (object | ModelgraphError)[],
    places?: readonly number[],
  ) {
    this.#codec = codec
    this.#rows = rows
    this.#results = results
    this.#places = places
  }

  get length(): number {
    return this.#rows.length
  }

  encode(from: number, to: number, into: TensorSet, at: number): void {
    for (const [tensor, write] of this.#codec.writers) write(this.#rows, from, to, into[tensor]!, at)
  }

  decode(from: number, to: number, outputs: TensorSet, at: number): void {
    this.#codec.decode(from, to, outputs, at, this)
  }

  fail(from: number, to: number, error: ModelgraphError): void {
    for (let row = from; row < to; row++) this.settle(row, error)
  }

  create(): MutableRow {
    return this.#codec.create()
  }

  settle(row: number, result: MutableRow | ModelgraphError): void {
    this.#results[this.#places ? this.#places[row]! : row] = result
  }
}
