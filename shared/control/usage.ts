import type { LatencyCounts } from '../telemetry/latency-counts.js'
import type { Environment } from './protocol.js'

/**
 * What one gateway has counted since its last report. Reports of one instance are numbered from 1 and sent one after the other;
 * one that was not acknowledged is sent again as it was, so that the registry can count each exactly once.
 */
export interface UsageReport {
  readonly environment: Environment
  /** Names the process; another one after a restart. */
  readonly instance: string
  readonly number: number
  readonly requests: readonly RequestUse[]
  readonly predictions: readonly PredictionUse[]
  /** Operations among `requests` that this instance has not described within the hour. */
  readonly operations: readonly UsedOperation[]
  /** Fields that {@link OTHER} operations asked, as coordinates. */
  readonly otherFields: readonly string[]
}

/** In place of a client or an operation that there was no room to count by itself. */
export const OTHER = 'other'

/** Id of a client: that of the registry, or `<issuer>:<id>` for the holder of a token. Others are counted as {@link OTHER}. */
export const CLIENT_ID = /^[^\p{C}]{1,232}$/u

/** In place of what a request did not get to: a client that is known, an operation that is valid. */
export const NONE = 'none'

/** A request whose client went away before it had its answer; beside the codes of the errors table. */
export const ABORTED = 'ABORTED'

/** Requests of one client for one operation in one hour. */
export interface RequestUse {
  /** When the hour (UTC) began, in milliseconds since the epoch. */
  readonly hour: number
  /** Id of the client, {@link NONE} or {@link OTHER}. */
  readonly client: string
  /** Hash of the operation, {@link NONE} or {@link OTHER}. */
  readonly operation: string
  readonly requests: number
  /** Requests with an error in their answer, or without one. */
  readonly failed: number
  /** Requests by the codes of their errors; one with two codes counts at both. */
  readonly codes: Readonly<Record<string, number>>
  readonly latencies: LatencyCounts
}

/** What one model version answered to one client and operation in one hour. */
export interface PredictionUse extends Pick<RequestUse, 'hour' | 'client' | 'operation'> {
  readonly model: string
  readonly version: number
  /** Fetches that it answered rows of. */
  readonly fetches: number
  readonly rows: number
  /** Rows that failed, among `rows`. */
  readonly failed: number
  /** How long the gateway waited for these fetches. */
  readonly latencies: LatencyCounts
}

/** An operation as clients send it, whatever values they put into it. */
export interface UsedOperation {
  /** sha-256 of `document`, lower-case hex. */
  readonly hash: string
  /** As the document names it; null for one without a name. */
  readonly name: string | null
  /** The operation with the fragments it uses, printed, values blanked; cut at {@link LONGEST_DOCUMENT} characters. */
  readonly document: string
  /** The fields it asks, as coordinates: `Query.model`. Sorted; at most {@link MOST_FIELDS}. */
  readonly fields: readonly string[]
}

export const LONGEST_DOCUMENT = 10_000
export const MOST_FIELDS = 2_000

/** Entries of one report at most, of each kind. */
export const MOST_ENTRIES = 2_000

/** Largest report that a gateway sends, in characters of JSON; one entry may reach beyond it. */
export const LARGEST_REPORT = 1_000_000
