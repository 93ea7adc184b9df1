import { Schema } from 'mongoose'
import type { PredictionUse } from '../../../shared/control/usage.js'
import { type UseDocument, useFields, useOptions } from './request-use-document.js'

/** What one model version answered to one client and operation in one hour, or in one day. */
export interface PredictionUseDocument
  extends UseDocument,
    Pick<PredictionUse, 'model' | 'version' | 'fetches' | 'rows'> {}

export const predictionUseSchema = new Schema<PredictionUseDocument>(
  {
    ...useFields,
    model: { type: String, required: true },
    version: { type: Number, required: true },
    fetches: { type: Number, required: true },
    rows: { type: Number, required: true },
  },
  { ...useOptions, collection: 'predictionUses' },
)
  .index({ period: 1, start: 1 })
  .index({ client: 1, period: 1, start: 1 })
  .index({ model: 1, period: 1, start: 1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
