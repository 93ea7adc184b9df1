import { Schema } from 'mongoose'
import type { RequestUse } from '../../../shared/control/usage.js'

export type UsePeriod = 'HOUR' | 'DAY'

/** How long rollups are kept, in days: those by the day for a year and a month. */
export const KEPT_DAYS: Readonly<Record<UsePeriod, number>> = { HOUR: 40, DAY: 400 }

/** What the documents of both kinds of rollups hold. */
export interface UseDocument extends Pick<RequestUse, 'client' | 'operation' | 'failed' | 'latencies'> {
  readonly _id: string
  readonly period: UsePeriod
  /** When the hour or the day began, UTC. */
  readonly start: Date
  /** Number of the last report counted in here, by gateway process. */
  readonly reports: Readonly<Record<string, number>>
  readonly expiresAt: Date
}

/** Requests of one client for one operation in one hour, or in one day. Every gateway process adds to it. */
export interface RequestUseDocument extends UseDocument, Pick<RequestUse, 'requests' | 'codes'> {}

export const useFields = {
  _id: { type: String, required: true },
  period: { type: String, required: true },
  start: { type: Date, required: true },
  client: { type: String, required: true },
  operation: { type: String, required: true },
  failed: { type: Number, required: true },
  latencies: { type: Schema.Types.Mixed, required: true },
  reports: { type: Schema.Types.Mixed, required: true },
  expiresAt: { type: Date, required: true },
} as const

export const useOptions = {
  versionKey: false,
  strict: 'throw',
  strictQuery: 'throw',
  minimize: false,
} as const

export const requestUseSchema = new Schema<RequestUseDocument>(
  {
    ...useFields,
    requests: { type: Number, required: true },
    codes: { type: Schema.Types.Mixed },
  },
  { ...useOptions, collection: 'requestUses' },
)
  .index({ period: 1, start: 1 })
  .index({ client: 1, period: 1, start: 1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
