import type { Identity } from '../identity/claims.js'
import type { Served } from '../mesh/protocol.js'
import type { Span } from '../telemetry/tracing/span.js'

/** What every resolver of a subgraph receives beside its arguments. */
export interface SubgraphContext {
  /** Who calls, as the gateway signed it. */
  readonly identity: Identity
  /** Names the request in every log line, through all hops. */
  readonly requestId: string
  /** When the answer is worth nothing any more, in milliseconds since the epoch. */
  readonly deadline: number
  /** Name of the operation that the client sent, for the prediction log; null where it has none. */
  readonly operation?: string | null
  /** W3C trace id of the request, for the prediction log; null where it belongs to no trace. */
  readonly traceId?: string | null
  /** W3C trace context of the span that the operation belongs to. */
  readonly traceparent?: string | undefined
  /** Of the operation; undefined where it is not traced. */
  readonly span?: Span | undefined
  /** Takes note of what was predicted, for whoever counts usage; nobody does when absent. */
  readonly served?: Served[]
}
