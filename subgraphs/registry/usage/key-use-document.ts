import { Schema } from 'mongoose'

/** Requests with one key in one hour. */
export interface KeyUseDocument {
  /** `<key id>/<hour>` */
  readonly _id: string
  /** Id of the client. */
  readonly client: string
  readonly key: string
  /** When the hour began, UTC. */
  readonly hour: Date
  /** As each gateway process has counted them. */
  readonly requests: Readonly<Record<string, number>>
  readonly expiresAt: Date
}

export const keyUseSchema = new Schema<KeyUseDocument>(
  {
    _id: { type: String, required: true },
    client: { type: String, required: true },
    key: { type: String, required: true },
    hour: { type: Date, required: true },
    requests: { type: Schema.Types.Mixed, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'keyUses', versionKey: false, strict: 'throw', strictQuery: 'throw', minimize: false },
)
  .index({ client: 1, hour: 1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
