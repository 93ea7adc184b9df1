import type { Priority } from '../../inference/engine.js'
import type { SubgraphContext } from '../context.js'

/** How one field of a request wants its rows answered. */
export interface Call {
  /** Version number or alias; the rollout decides when absent. */
  readonly at?: string | null | undefined
  /** What the rollout routes by: one key for all rows, or one for each. */
  readonly key: string | readonly string[]
  /** The request that the field belongs to. */
  readonly context: SubgraphContext
  /** Milliseconds since the epoch. */
  readonly deadline: number
  readonly priority: Priority
  /** The rows' place in the request, for errors. */
  readonly path: string
  /** True where `path` names the row itself. */
  readonly single?: boolean
}
