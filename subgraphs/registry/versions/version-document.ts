import { Schema } from 'mongoose'
import type { Signature } from '../../../shared/tensor/signature.js'

/** A model version. Written once, never changed. */
export interface VersionDocument {
  /** `fraud-detector@3` */
  readonly _id: string
  readonly model: string
  readonly version: number
  /** Number of the contract it was tried against. */
  readonly contractNumber: number
  /** sha-256 of what was published: artifact and card. Publishing the same again answers this version. */
  readonly digest: string
  readonly artifact: { readonly sha256: string; readonly bytes: number }
  readonly signature: Signature
  /** The model card as JSON. */
  readonly card: string
  /** Commit of the training code, when it was told. */
  readonly codeCommit: string | null
  readonly publishedAt: Date
  /** Name of the client that published it. */
  readonly publishedBy: string
}

export function versionId(model: string, version: number): string {
  return `${model}@${version}`
}

export const versionSchema = new Schema<VersionDocument>(
  {
    _id: { type: String, required: true },
    model: { type: String, required: true },
    version: { type: Number, required: true },
    contractNumber: { type: Number, required: true },
    digest: { type: String, required: true },
    artifact: { type: Schema.Types.Mixed, required: true },
    signature: { type: Schema.Types.Mixed, required: true },
    card: { type: String, required: true },
    codeCommit: String,
    publishedAt: { type: Date, required: true },
    publishedBy: { type: String, required: true },
  },
  { collection: 'versions', versionKey: false, strict: 'throw', strictQuery: 'throw' },
).index({ model: 1, version: -1 }, { unique: true })
