import type { ModelgraphError } from '../errors/modelgraph-error.js'
import type { RowBlock } from '../tensor/row-block.js'
import type { Signature, TensorSpec } from '../tensor/signature.js'
import type { Contract } from './declaration.js'

/**
 * A contract made ready to run: the check at the door, the generated encoder and decoder, and what an artifact has to
 * look like. Compiled once per model; everything here is safe to call from many requests at once.
 */
export interface CompiledContract {
  readonly contract: Contract
  /** The tensors an artifact must take and give, as the contract implies them. */
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** What of the contract a signature does not honour, a sentence each with both sides; empty when it fits. */
  fit(signature: Signature): readonly string[]
  /**
   * Checks typed rows; those that pass form a block for the engine, those that don't already hold their error.
   * `path` names the rows' place in the request (`inputs` makes `inputs.7.amount`; for a single row pass `[input]` and
   * `single: true`, which makes `input.amount`). A promise only where images have to be decoded.
   */
  admitRows(rows: readonly unknown[], path: string, single?: boolean): AdmittedRows | Promise<AdmittedRows>
  /**
   * Checks columns: one vector per feature, all of one length. Throws `BAD_USER_INPUT` when a column is missing, is of
   * another length or cannot be read; a single bad value only fails its row.
   */
  admitColumns(columns: Readonly<Record<string, unknown>>, path: string): AdmittedColumns | Promise<AdmittedColumns>
  /**
   * The rows of an admitted block once more, as a block with results of its own: for a version whose answers are compared
   * and go to nobody.
   */
  replay(block: RowBlock): ReplayedRows
  /** `rows` copies of the example row, for warm-up and for trying an artifact. */
  exampleBlock(rows: number): Promise<AdmittedRows>
}

export interface AdmittedRows {
  /** The rows that passed; undefined when none did. */
  readonly block: RowBlock | undefined
  /**
   * One entry per row, in the order asked: an instance of the output class (a plain object for a contract read from
   * JSON), or the error. Complete once the block has been run.
   */
  readonly results: readonly (object | ModelgraphError)[]
}

export interface ReplayedRows {
  readonly block: RowBlock
  /** One entry per row of the block: its outputs by name, or the error. Complete once the block has been run. */
  readonly results: readonly (Readonly<Record<string, unknown>> | ModelgraphError)[]
}

export interface AdmittedColumns {
  readonly block: RowBlock | undefined
  /** Rows asked for. */
  readonly length: number
  /** One vector per output, `length` long; a failed row holds null. NaN never appears. */
  readonly outputs: Readonly<Record<string, readonly unknown[] | Float64Array>>
  /** The rows that failed, in order. */
  readonly failed: readonly { readonly row: number; readonly error: ModelgraphError }[]
}
