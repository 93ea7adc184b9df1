/** Who asked for predictions, and in which request. */
export interface Caller {
  /** Name of the client application. */
  readonly client: string
  readonly requestId: string
  /** Name of the operation the client sent; null where it has none. */
  readonly operation: string | null
  /** W3C trace id, 32 lower-case hex digits; null where the request belongs to no trace. */
  readonly traceId: string | null
}

/** Rows of one call that one version answered or failed, by one route. Nothing of it may change any more. */
export interface Answered {
  readonly model: string
  /** Undefined where no version could be found for them. */
  readonly version: number | undefined
  /** Why the version answered; undefined where none was found. */
  readonly route: string | undefined
  /** Revision of the rollout that routed them; undefined where none did. */
  readonly revision?: number | undefined
  /** Of a fallback: the version that should have answered, and why it did not. */
  readonly instead?: { readonly version: number; readonly code: string } | undefined
  readonly caller: Caller
  /** Time of the call at the subgraph, in milliseconds. */
  readonly latencyMs: number
  /** The parts of it that the rows waited for a run and that their run took, in milliseconds; both 0 where none was run. */
  readonly queueMs: number
  readonly runMs: number
  /** As the whole call was asked: rows, or a column per feature. */
  readonly inputs: readonly unknown[] | Readonly<Record<string, unknown>>
  /** Id of every row of the call, in order. */
  readonly ids: readonly string[]
  /** The rows that this is about, by their place in the call; all of them when absent. */
  readonly places?: readonly number[] | undefined
  /** By place, of those that failed. */
  readonly errors: ReadonlyMap<number, { readonly code: string }>
  /** Of rows that a shadow ran: by place, the id of the prediction that was the answer. */
  readonly shadowOf?: readonly string[] | undefined
  /** Of the row at a place, where it did not fail. */
  readonly outputsOf: (place: number) => Readonly<Record<string, unknown>>
}
