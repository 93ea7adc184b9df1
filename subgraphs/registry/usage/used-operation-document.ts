import { Schema } from 'mongoose'
import type { UsedOperation } from '../../../shared/control/usage.js'

/** An operation that clients have sent. Its `_id` is its hash. */
export interface UsedOperationDocument extends Omit<UsedOperation, 'hash'> {
  readonly _id: string
  readonly firstAt: Date
  /** To the hour. */
  readonly lastAt: Date
  readonly expiresAt: Date
}

export const usedOperationSchema = new Schema<UsedOperationDocument>(
  {
    _id: { type: String, required: true },
    name: String,
    document: String,
    fields: [String],
    firstAt: Date,
    lastAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'usedOperations', versionKey: false, strict: 'throw', strictQuery: 'throw' },
)
  .index({ lastAt: 1 })
  .index({ fields: 1 })
  .index({ name: 1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

/** A field asked by operations that a gateway had no room to count one by one. Its `_id` is its coordinate. */
export interface OtherFieldDocument {
  readonly _id: string
  readonly lastAt: Date
  readonly expiresAt: Date
}

export const otherFieldSchema = new Schema<OtherFieldDocument>(
  {
    _id: { type: String, required: true },
    lastAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'otherFields', versionKey: false, strict: 'throw', strictQuery: 'throw' },
)
  .index({ lastAt: 1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
