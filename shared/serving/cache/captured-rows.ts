import type { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { RowBlock, TensorData, TensorSet } from '../../tensor/row-block.js'
import type { RowOutputs } from './answer-cache.js'

/** Rows on their way through the engine whose outputs are kept as well. */
export class CapturedRows implements RowBlock {
  /** By the row's place among these; empty for rows that were failed. */
  readonly outputs: (RowOutputs | undefined)[] = []

  constructor(private readonly rows: RowBlock) {}

  get length(): number {
    return this.rows.length
  }

  encode(from: number, to: number, into: TensorSet, at: number): void {
    this.rows.encode(from, to, into, at)
  }

  decode(from: number, to: number, outputs: TensorSet, at: number): void {
    this.rows.decode(from, to, outputs, at)
    for (let row = from; row < to; row++) this.outputs[row] = rowOf(outputs, at + row - from)
  }

  fail(from: number, to: number, error: ModelgraphError): void {
    this.rows.fail(from, to, error)
  }
}

function rowOf(tensors: TensorSet, row: number): RowOutputs {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensorRow(tensor, row)]))
}

/** A copy: the memory of a run is used again. */
function tensorRow({ datatype, shape, data }: TensorData, row: number): TensorData {
  const width = data.length / shape[0]!
  return { datatype, shape: [1, ...shape.slice(1)], data: data.slice(row * width, (row + 1) * width) }
}
