import type { UsedOperation } from '../shared/control/usage.js'
import type { Identity } from '../shared/identity/claims.js'
import type { Span } from '../shared/telemetry/tracing/span.js'
import type { ClientTerms } from './identity/caller.js'
import type { PredictedFetch } from './usage/used.js'

/** What every room may know of the request it works on. */
export interface RequestContext {
  readonly requestId: string
  readonly caller: Identity
  /** What the caller's client may do, beside its scopes. */
  readonly terms: ClientTerms
  /** When the answer is no longer wanted, in milliseconds since the epoch. */
  readonly deadlineAt: number
  /** Aborts when the client goes away. */
  readonly signal: ClientSignal
  readonly record: RequestRecord
  /** Of the request, or of the fetch that it is given to; undefined where nothing is traced. */
  readonly span?: Span | undefined
  /** W3C trace context that the client sent, for subgraphs, where there is no span; undefined where it sent none. */
  readonly traceparent?: string | undefined
}

/** What will be logged and counted of a request, and what its answer will carry; filled in on the way. */
export interface RequestRecord {
  operationName?: string | undefined
  /** The valid operation that the request came to. */
  operation?: { readonly usage: UsedOperation }
  /** Whether the operation was known, planned and compiled before. */
  isHot?: boolean
  /** Headers of the answer, in lower case. */
  headers?: Readonly<Record<string, string>>
  /** Undefined where the request is not traced. */
  span?: Span | undefined
  /** Codes of the errors in the answer. */
  codes?: readonly string[]
  /** Fetches in which something was predicted. */
  predicted?: PredictedFetch[]
}

/** As much of an AbortSignal as is needed to stop working for somebody who has gone. */
export interface ClientSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}
