import type { ModelgraphError } from '../errors/modelgraph-error.js'
import type { RowBlock, TensorSet } from './row-block.js'

/** Chosen rows of a block, to be run apart from the others; their results go where the block keeps them. */
export class SelectedRows implements RowBlock {
  /** `rows` are the block's, ascending. */
  constructor(
    private readonly block: RowBlock,
    private readonly rows: readonly number[],
  ) {}

  get length(): number {
    return this.rows.length
  }

  encode(from: number, to: number, into: TensorSet, at: number): void {
    eachStretch(this.rows, from, to, (first, end, offset) => this.block.encode(first, end, into, at + offset))
  }

  decode(from: number, to: number, outputs: TensorSet, at: number): void {
    eachStretch(this.rows, from, to, (first, end, offset) => this.block.decode(first, end, outputs, at + offset))
  }

  fail(from: number, to: number, error: ModelgraphError): void {
    eachStretch(this.rows, from, to, (first, end) => this.block.fail(first, end, error))
  }
}

/** Visits `rows[from]` to `rows[to - 1]` in stretches of consecutive rows, `offset` rows after the first of them. */
function eachStretch(
  rows: readonly number[],
  from: number,
  to: number,
  visit: (first: number, end: number, offset: number) => void,
): void {
  for (let start = from, next = from + 1; start < to; next++) {
    if (next < to && rows[next] === rows[next - 1]! + 1) continue
    visit(rows[start]!, rows[next - 1]! + 1, start - from)
    start = next
  }
}
