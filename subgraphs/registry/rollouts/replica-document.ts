import { Schema } from 'mongoose'
import type { Environment, FailedVersion } from '../../../shared/control/protocol.js'

/** What one replica last said about one model. */
export interface ReplicaDocument {
  /** `test/fraud-detector/<replica>` */
  readonly _id: string
  readonly model: string
  readonly environment: Environment
  readonly replica: string
  /** Of the rollout that it follows. */
  readonly revision: number
  readonly ready: readonly number[]
  readonly failed: readonly FailedVersion[]
  readonly heardAt: Date
}

const FORGOTTEN_AFTER_S = 86_400

export const replicaSchema = new Schema<ReplicaDocument>(
  {
    _id: { type: String, required: true },
    model: { type: String, required: true },
    environment: { type: String, required: true },
    replica: { type: String, required: true },
    revision: { type: Number, required: true },
    ready: [Number],
    failed: [Schema.Types.Mixed],
    heardAt: { type: Date, required: true },
  },
  { collection: 'replicas', versionKey: false, strict: 'throw', strictQuery: 'throw' },
)
  .index({ model: 1, environment: 1, heardAt: -1 })
  .index({ heardAt: 1 }, { expireAfterSeconds: FORGOTTEN_AFTER_S })
