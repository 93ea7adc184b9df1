import type { Identity } from '../identity/claims.js'

/**
 * How the gateway asks a subgraph: GraphQL over HTTP. Fetches of one event-loop turn to one replica travel as one JSON
 * array, each with its own caller, request id and deadline in `extensions.modelgraph`. The identity header then signs
 * for {@link GATEWAY_SUBJECT} and for the whole body, so that one signature covers every part.
 *
 * The answer is JSON of the same form (an object for an object, an array for an array, in order). Two headers let the gateway
 * pass an answer on without parsing it:
 *
 * - {@link PARTS_HEADER}: the length of each part in bytes, separated by commas, followed by `e` where it holds errors:
 *   `312,98e,312`. Parts stand in the body as in `[…,…,…]` without white space; a body that is no array is one part.
 * - {@link SERVED_HEADER}: what was predicted, as a JSON array with an entry for each part: null or {@link Served}s.
 */
export const PARTS_HEADER = 'x-modelgraph-parts'
export const SERVED_HEADER = 'x-modelgraph-served'

/**
 * A subgraph that answers with this header takes links as well: `GET /graphql` with `Upgrade: modelgraph-mesh` and the identity
 * of the gateway, signed for an empty body, is answered with 101, and both sides send frames from there (shared/mesh/link).
 * A letter on a link is what the body of an HTTP request is, signed alike; each of its parts is answered by itself as soon as
 * it can be. What is too large for a letter, and every request while there is no link, travels over HTTP.
 */
export const LINK_HEADER = 'x-modelgraph-link'
export const LINK_PROTOCOL = 'modelgraph-mesh'

/** Subject of an identity that may speak for the callers named in the parts. */
export const GATEWAY_SUBJECT = 'service:gateway'

/** Parts of one HTTP request at most. */
export const MAX_PARTS = 64

/** `extensions.modelgraph` of one part. */
export interface PartExtensions {
  readonly caller: Identity
  readonly requestId: string
  /** What is left of the deadline, in whole milliseconds. */
  readonly deadlineMs: number
  /** W3C trace context of the span that the part belongs to. */
  readonly traceparent?: string
}

/** Rows that one version answered within a part: `[model, version, rows, failed rows]`. */
export type Served = readonly [model: string, version: number, rows: number, failed: number]
