import { criticalityOf } from '../../identity/claims.js'
import type { Priority, RunOptions } from '../../inference/engine.js'
import type { SubgraphContext } from '../context.js'
import type { Rank } from '../load/admission.js'

/** How one field of a request wants its rows answered. */
export interface Call extends RunOptions {
  /** Version number or alias; the rollout decides when absent. */
  readonly at?: string | null | undefined
  /** What the rollout routes by: one key for all rows, or one for each. */
  readonly key: string | readonly string[]
  /** The request that the field belongs to. */
  readonly context: SubgraphContext
  /** The rows' place in the request, for errors. */
  readonly path: string
  /** True where `path` names the row itself. */
  readonly single?: boolean
}

/**
 * Of what rows are worth waiting for, while a queue stands: batches give way first, mission-critical clients last. A
 * twentieth is the standing queue that CoDel allows in its interval (RFC 8289, 4.3).
 */
export const WAIT_SHARES: Readonly<Record<Rank, number>> = { BATCH: 0.025, INTERNAL: 0.05, MISSION_CRITICAL: 1 }

/** What is refused first when there is too much to do, and what last. */
export function rankOf(priority: Priority, { identity }: SubgraphContext): Rank {
  return priority === 'batch' ? 'BATCH' : criticalityOf(identity)
}

/** How rows of a request are run, by who asks for them. */
export function runOptionsOf(form: 'interactive' | 'batch', context: SubgraphContext): RunOptions {
  const rank = rankOf(form, context)
  const priority = rank === 'MISSION_CRITICAL' ? 'critical' : form
  return { priority, deadline: context.deadline, waitShare: WAIT_SHARES[rank] }
}
