import type { ModelgraphError } from '../errors/modelgraph-error.js'
import type { Datatype } from './signature.js'

export type TensorElements = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | string[]

/** A row-major tensor; `shape[0]` is the number of rows it holds. */
export interface TensorData {
  readonly datatype: Datatype
  readonly shape: readonly number[]
  readonly data: TensorElements
}

/** The tensors of one run by name. */
export type TensorSet = Readonly<Record<string, TensorData>>

/**
 * Rows that travel through the batcher together: one typed row, a list, or the columns of a request. The batcher takes
 * slices of it, so a long block never holds a batch alone and never waits to be whole.
 *
 * Rows are checked against the contract before they are put into a block. Each row ends in exactly one call of `decode`
 * or `fail`; the block keeps its results itself. None of the methods may throw for a bad row: `decode` records an
 * `INVALID_PREDICTION` for a row the contract does not allow and carries on.
 */
export interface RowBlock {
  /** Rows in the block, at least 1. */
  readonly length: number
  /** Writes rows `from` (inclusive) to `to` (exclusive) into the input tensors, the first of them at row `at`. */
  encode(from: number, to: number, into: TensorSet, at: number): void
  /** Reads the same rows' results from the output tensors, the first of them at row `at`. */
  decode(from: number, to: number, outputs: TensorSet, at: number): void
  /** Ends rows `from` to `to` with an error. */
  fail(from: number, to: number, error: ModelgraphError): void
}
