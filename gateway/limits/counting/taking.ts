import type { Quota, Rate } from '../../../shared/control/protocol.js'

/** What one request takes, all of it or nothing. */
export interface Taking {
  readonly buckets: readonly BucketTake[]
  readonly quota: QuotaTake | undefined
}

export interface BucketTake {
  /** Names the bucket among all. */
  readonly key: string
  /** Names it to the client, and says what its tokens are. */
  readonly policy: string
  readonly unit: 'operations' | 'predictions'
  readonly rate: Rate
  readonly tokens: number
}

export interface QuotaTake {
  readonly clientId: string
  readonly quota: Quota
  /** From 1. */
  readonly predictions: number
}

/** What came of it. */
export interface Taken {
  /** What had not enough: a bucket by its index, or the quota; undefined when everything was taken. */
  readonly short: number | 'quota' | undefined
  /** Tokens in each bucket. */
  readonly left: readonly number[]
  /** Predictions that the client may ask for until the period is over; undefined without a quota. */
  readonly quotaLeft: number | undefined
}

/** Counts what clients take. */
export interface Counters {
  take(taking: Taking): Taken | Promise<Taken>
}
