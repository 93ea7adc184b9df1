import type { UsedOperation } from '../../shared/control/usage.js'
import type { Served } from '../../shared/mesh/protocol.js'

/** A request that has ended. */
export interface EndedRequest {
  /** Id of the client; undefined where nobody could be identified. */
  readonly client: string | undefined
  /** Undefined where the request never came to a valid operation. */
  readonly operation: UsedOperation | undefined
  /** Codes of the errors in its answer; none for a request that went well. */
  readonly codes: readonly string[]
  readonly latencyMs: number
  /** Whether the operation was known, planned and compiled before. */
  readonly isHot?: boolean
  /** What was predicted for it, fetch by fetch. */
  readonly predicted: readonly PredictedFetch[]
}

/** A fetch in which something was predicted. */
export interface PredictedFetch {
  readonly served: readonly Served[]
  readonly tookMs: number
}
