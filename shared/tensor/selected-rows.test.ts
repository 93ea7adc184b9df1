import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ModelgraphError } from '../errors/modelgraph-error.js'
import type { RowBlock, TensorSet } from './row-block.js'
import { SelectedRows } from './selected-rows.js'

const ROWS = 30

/** Writes the number of each row, and keeps what comes back under it. */
class NumberedRows implements RowBlock {
  readonly length = ROWS
  readonly ended = new Map<number, unknown>()

  encode(from: number, to: number, into: TensorSet, at: number): void {
    for (let row = from; row < to; row++) into.x!.data[at + row - from] = row
  }

  decode(from: number, to: number, outputs: TensorSet, at: number): void {
    for (let row = from; row < to; row++) this.ended.set(row, outputs.x!.data[at + row - from])
  }

  fail(from: number, to: number, error: ModelgraphError): void {
    for (let row = from; row < to; row++) this.ended.set(row, error)
  }
}

describe('selected rows', () => {
  it('are encoded, decoded and failed as rows of their block, whatever slices they travel in', () => {
    const chosen = fc.subarray(
      Array.from({ length: ROWS }, (_, row) => row),
      { minLength: 1 },
    )
    fc.assert(
      fc.property(chosen, fc.integer({ min: 1, max: ROWS }), fc.nat(ROWS), (rows, slice, fails) => {
        const block = new NumberedRows()
        const selected = new SelectedRows(block, rows)
        const error = new ModelgraphError('INFERENCE_FAILED', 'It failed.')
        for (let from = 0; from < selected.length; from += slice) {
          const to = Math.min(from + slice, selected.length)
          const tensors = { x: { datatype: 'float32', shape: [ROWS + 3], data: new Float32Array(ROWS + 3) } } as const
          selected.encode(from, to, tensors, 3)
          if (from >= fails) selected.fail(from, to, error)
          else selected.decode(from, to, tensors, 3)
        }
        const expected = rows.map((row, index) => [row, Math.floor(index / slice) * slice >= fails ? error : row])
        expect([...block.ended]).toEqual(expected)
      }),
    )
  })
})
