import type { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { RowBlock } from '../../tensor/row-block.js'
import type { Call } from './call.js'
import type { RowRoutes } from './row-routes.js'

/** Outputs of one row by name. */
export type Outputs = Readonly<Record<string, unknown>>

/** One field of a request, its rows answered or failed: all there is to know of it, for whoever counts, logs or compares. */
export interface AnsweredField {
  readonly model: string
  readonly call: Call
  /** As they were asked: rows, or a column per feature. */
  readonly inputs: readonly unknown[] | Readonly<Record<string, unknown>>
  /** Rows asked, failed ones included; all that follows is by their place, from 0. */
  readonly rows: number
  /** UUIDv7 of each row. The client is told those of the rows that did not fail. */
  readonly ids: readonly string[]
  /** Which version was asked and answered, of which revision; undefined where none could be found. */
  readonly routes: RowRoutes | undefined
  readonly errors: ReadonlyMap<number, ModelgraphError>
  /** Of a row without an error. */
  readonly outputsOf: (row: number) => Outputs
  /** The rows that passed the check, and the place of each where they are not all; undefined where none did. */
  readonly block: RowBlock | undefined
  readonly places: readonly number[] | undefined
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** Time at the subgraph, in milliseconds. */
  readonly latencyMs: number
  /**
   * The part of it that the rows waited for a run, and the part that their run took, in milliseconds; both 0 where no
   * row got that far. Rows go in several runs where they are many, of several versions, or answered by the fallback:
   * these are the times of the rows that ended last, with those of the version that failed them added.
   */
  readonly queueMs: number
  readonly runMs: number
}
