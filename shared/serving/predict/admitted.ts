import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { RowBlock } from '../../tensor/row-block.js'
import type { Outputs } from './answered-field.js'

/** Rows after the check, in either form. */
export interface Admitted {
  /** Those that passed; undefined where none did. */
  readonly block: RowBlock | undefined
  /** Rows asked. */
  readonly rows: number
  /** The errors so far. */
  readonly errors: () => ReadonlyMap<number, ModelgraphError>
  readonly outputsOf: (row: number) => Outputs
}

/** What all fields without an error share. */
const NO_ERRORS: ReadonlyMap<number, ModelgraphError> = new Map()

/** The errors among results, by their place. */
export function errorsAmong(results: readonly object[]): ReadonlyMap<number, ModelgraphError> {
  let errors: Map<number, ModelgraphError> | undefined
  for (let row = 0; row < results.length; row++) {
    const result = results[row]
    if (!(result instanceof ModelgraphError)) continue
    errors ??= new Map()
    errors.set(row, result)
  }
  return errors ?? NO_ERRORS
}

/** The place of each row that passed; undefined where all did, or none. */
export function placesOf({ block, rows, errors }: Admitted): number[] | undefined {
  if (!block || block.length === rows) return undefined
  const refused = errors()
  return Array.from({ length: rows }, (_, row) => row).filter((row) => !refused.has(row))
}
