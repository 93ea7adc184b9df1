import { Schema } from 'mongoose'

/** What can happen to a client. */
export const CLIENT_ACTIONS = [
  'create',
  'update',
  'addDeveloper',
  'removeDeveloper',
  'requestGrant',
  'approveGrant',
  'refuseGrant',
  'revokeGrant',
  'issueKey',
  'rotateKey',
  'revokeKey',
  'setLimits',
  'setDelivery',
  'registerOperations',
  'removeOperations',
] as const

export type ClientAction = (typeof CLIENT_ACTIONS)[number]

/** One change of a client. Written once, never changed. */
export interface ClientRecord {
  /** `<client id>/12` */
  readonly _id: string
  /** Id of the client. */
  readonly client: string
  readonly revision: number
  readonly at: Date
  /** Name of the client application that changed it. */
  readonly by: string
  readonly action: ClientAction
  readonly reason: string | null
  /** What it was about: a scope, the prefix of a key, the new limits. Never a secret. */
  readonly details: Readonly<Record<string, unknown>>
}

export const clientRecordSchema = new Schema<ClientRecord>(
  {
    _id: { type: String, required: true },
    client: { type: String, required: true },
    revision: { type: Number, required: true },
    at: { type: Date, required: true },
    by: { type: String, required: true },
    action: { type: String, required: true },
    reason: { type: String, default: null },
    details: { type: Schema.Types.Mixed, required: true },
  },
  { collection: 'clientHistory', versionKey: false, strict: 'throw', strictQuery: 'throw', minimize: false },
).index({ client: 1, revision: -1 }, { unique: true })
