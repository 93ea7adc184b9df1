import { Schema } from 'mongoose'
import type { QuotaPeriod } from '../../../shared/control/protocol.js'

/** What a client has used of its quota in one period. */
export interface QuotaUseDocument {
  /** `<client id>/DAY/<start>` */
  readonly _id: string
  /** Id of the client. */
  readonly client: string
  readonly period: QuotaPeriod
  readonly start: Date
  /** Predictions, as each gateway process has counted them. */
  readonly used: Readonly<Record<string, number>>
  readonly expiresAt: Date
}

export const quotaUseSchema = new Schema<QuotaUseDocument>(
  {
    _id: { type: String, required: true },
    client: { type: String, required: true },
    period: { type: String, required: true },
    start: { type: Date, required: true },
    used: { type: Schema.Types.Mixed, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'quotaUses', versionKey: false, strict: 'throw', strictQuery: 'throw', minimize: false },
).index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
