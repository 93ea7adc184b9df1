import type { RequestContext } from '../../request-context.js'
import type { Json } from '../json.js'
import type { FetchOperation } from '../mesh.js'
import type { ReceivedAnswer } from './received-answer.js'

/** One fetch on its way to one replica. */
export interface Part {
  readonly operation: FetchOperation
  /** JSON of the variables; undefined for none. */
  readonly variables: Json | undefined
  readonly context: RequestContext
  /** When it is waited for no longer, by the mesh's monotonic clock. */
  readonly expiresAt: number
  /** When to call `review`, by the same clock, if it has no answer by then; Infinity for never. */
  readonly reviewAt: number
  /** Whether it has come to an end; it is told of no other. */
  readonly isSettled: boolean
  /** Told when it travels; it calls `left` if it is abandoned on the way. */
  sent(left: () => void): void
  /** Told once that it has no answer at its time of review. */
  review(): void
  settle(outcome: Outcome): void
}

/** What a part came to. */
export type Outcome = ReceivedAnswer | Failure

/**
 * - `late`: no answer in time
 * - `refused`: no connection
 * - `broken`: the connection ended before the answer
 * - `unfit`: an answer that is no GraphQL, or one with a status that says that the replica is not well
 * - `overloaded`: the replica is well, but has too much to do
 */
export type FailureKind = 'late' | 'refused' | 'broken' | 'unfit' | 'overloaded'

/** Why a part has no answer, or none that should be passed on while another replica may give a better one. */
export class Failure {
  constructor(
    readonly kind: FailureKind,
    /** Ends a sentence that begins with the subgraph: `accepts no connections`. */
    readonly reason: string,
    readonly detail: { readonly cause?: unknown; readonly answer?: ReceivedAnswer } = {},
  ) {}

  /** Whether it speaks against the replica. */
  get isFault(): boolean {
    return this.kind !== 'overloaded'
  }
}
