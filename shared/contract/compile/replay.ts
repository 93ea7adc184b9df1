import type { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { RowBlock, TensorSet } from '../../tensor/row-block.js'
import type { MutableRow, RowDecoder, RowSink } from './row-decoder.js'

/** The rows of a block once more, with results of their own: what the block holds already stays as it is. */
export class Replay implements RowBlock, RowSink {
  /** One entry per row: its outputs, or the error it ended in. */
  readonly results: (MutableRow | ModelgraphError)[]

  constructor(
    private readonly source: RowBlock,
    private readonly decoder: RowDecoder,
  ) {
    this.results = new Array(source.length)
  }

  get length(): number {
    return this.source.length
  }

  encode(from: number, to: number, into: TensorSet, at: number): void {
    this.source.encode(from, to, into, at)
  }

  decode(from: number, to: number, outputs: TensorSet, at: number): void {
    this.decoder(from, to, outputs, at, this)
  }

  fail(from: number, to: number, error: ModelgraphError): void {
    this.results.fill(error, from, to)
  }

  create(): MutableRow {
    return {}
  }

  settle(row: number, result: MutableRow | ModelgraphError): void {
    this.results[row] = result
  }
}
