import { Schema } from 'mongoose'
import type { Environment } from '../../../shared/control/protocol.js'

/** Where one process of a subgraph last said that it can be asked. */
export interface ReplicaEndpointDocument {
  /** `test/fraud/<replica>` */
  readonly _id: string
  readonly environment: Environment
  readonly subgraph: string
  readonly replica: string
  readonly url: string
  readonly startedAt: Date
  readonly heardAt: Date
}

const FORGOTTEN_AFTER_S = 3_600

export const replicaEndpointSchema = new Schema<ReplicaEndpointDocument>(
  {
    _id: { type: String, required: true },
    environment: { type: String, required: true },
    subgraph: { type: String, required: true },
    replica: { type: String, required: true },
    url: { type: String, required: true },
    startedAt: { type: Date, required: true },
    heardAt: { type: Date, required: true },
  },
  { collection: 'replicaEndpoints', versionKey: false, strict: 'throw', strictQuery: 'throw' },
)
  .index({ environment: 1, heardAt: -1 })
  .index({ heardAt: 1 }, { expireAfterSeconds: FORGOTTEN_AFTER_S })
