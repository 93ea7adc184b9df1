import { Schema } from 'mongoose'
import type { Environment } from '../../../shared/control/protocol.js'

/** An application that calls the graph, and its keys. */
export interface ClientDocument {
  readonly _id: string
  readonly name: string
  /** Who answers for it: a person or a team. */
  readonly owner: string
  readonly useCase: string
  readonly scopes: readonly string[]
  readonly environment: Environment
  /** Never empty; a revoked key stays. */
  readonly keys: readonly KeyRecord[]
  readonly createdAt: Date
  readonly createdBy: string
}

/** A key as it is remembered: what identifies it, never the key. */
export interface KeyRecord {
  /** sha-256 of the whole key, lower-case hex. */
  readonly hash: string
  /** Its first characters, for people to tell keys apart. */
  readonly prefix: string
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
}

const keyRecord = new Schema<KeyRecord>(
  { hash: { type: String, required: true }, prefix: String, createdAt: Date, expiresAt: Date, revokedAt: Date },
  { _id: false },
)

export const clientSchema = new Schema<ClientDocument>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    owner: String,
    useCase: String,
    scopes: [String],
    environment: { type: String, required: true },
    keys: [keyRecord],
    createdAt: { type: Date, required: true },
    createdBy: String,
  },
  { collection: 'clients', versionKey: false, strict: 'throw', strictQuery: 'throw' },
)
  .index({ environment: 1, name: 1 }, { unique: true })
  .index({ 'keys.hash': 1 }, { unique: true })
