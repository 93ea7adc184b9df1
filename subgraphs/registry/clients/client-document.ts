import { Schema } from 'mongoose'
import type { ClientLimits, DeliveryPolicy, Environment } from '../../../shared/control/protocol.js'
import type { Criticality } from '../../../shared/identity/claims.js'
import type { GrantRecord } from '../grants/grant-record.js'
import type { KeyRecord } from '../keys/key-record.js'
import type { ClientRecord } from './client-record.js'

/** An application that calls the graph. Everything that must change together is in this one document. */
export interface ClientDocument {
  readonly _id: string
  /** Unique in its environment; never changes. */
  readonly name: string
  readonly environment: Environment
  /** Who answers for it: a person or a team. */
  readonly owner: string
  /** A registered team whose publishers act for it, or null. */
  readonly team: string | null
  /** Where its people are reached. */
  readonly contact: string
  readonly useCase: string
  /** Subjects of those who act for it, as `me { subject }` says: `client:<id>`. */
  readonly developers: readonly string[]
  readonly criticality: Criticality
  readonly limits: ClientLimits
  readonly delivery: ClientDelivery
  /** The policy that an admin set last: others may only be stricter. Null where none has; missing in documents of before. */
  readonly deliveryFloor?: ClientDelivery | null
  readonly safelist: { readonly version: number; readonly operations: readonly SafelistedOperation[] }
  /** Every grant that was ever asked for; see `GrantRecord`. */
  readonly grants: readonly GrantRecord[]
  /** Never empty; a revoked key stays. */
  readonly keys: readonly KeyRecord[]
  /** When a key was last seen, by its id, to the minute. Counts as no change. */
  readonly lastUsed: Readonly<Record<string, Date>>
  /** Counts the changes from 1. */
  readonly revision: number
  /** The record of this revision. It travels in here, since it may not have been appended to the history yet. */
  readonly last: ClientRecord
  readonly createdAt: Date
  readonly createdBy: string
}

/** What a client may send, and from where, beside its safelist. */
export type ClientDelivery = Omit<DeliveryPolicy, 'safelist'>

/** An operation that a client has registered; its text is an `OperationDocument`. */
export interface SafelistedOperation {
  readonly sha256: string
  /** Of the operation in the document. */
  readonly name: string
  readonly at: Date
  readonly by: string
}

export const clientSchema = new Schema<ClientDocument>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    environment: { type: String, required: true },
    owner: String,
    team: { type: String, default: null },
    contact: String,
    useCase: String,
    developers: [String],
    criticality: { type: String, required: true },
    limits: { type: Schema.Types.Mixed, required: true },
    delivery: { type: Schema.Types.Mixed, required: true },
    deliveryFloor: { type: Schema.Types.Mixed, default: null },
    safelist: { type: Schema.Types.Mixed, required: true },
    grants: [Schema.Types.Mixed],
    keys: [Schema.Types.Mixed],
    lastUsed: { type: Schema.Types.Mixed, required: true },
    revision: { type: Number, required: true },
    last: { type: Schema.Types.Mixed, required: true },
    createdAt: { type: Date, required: true },
    createdBy: String,
  },
  { collection: 'clients', versionKey: false, strict: 'throw', strictQuery: 'throw', minimize: false },
)
  .index({ environment: 1, name: 1 }, { unique: true })
  .index({ 'keys.hash': 1 }, { unique: true })
  .index({ developers: 1 })
  .index({ team: 1 })
  .index({ 'grants.state': 1, 'grants.scope': 1 })
