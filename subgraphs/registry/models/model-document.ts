import { Schema } from 'mongoose'
import type { Environment } from '../../../shared/control/protocol.js'
import type { StoredDeprecations } from '../deprecations/deprecation-document.js'
import type { StoredRollout } from '../rollouts/rollout-document.js'
import type { VersionDocument } from '../versions/version-document.js'

/** A model as it stands now. Everything that must change together is in this one document. */
export interface ModelDocument {
  /** Its name. */
  readonly _id: string
  readonly team: string
  readonly description: string
  /** Lower-case words of name, description and team, which the search looks up. */
  readonly words: readonly string[]
  /** Counts the contracts from 1. */
  readonly contractNumber: number
  /** The contract as canonical JSON. */
  readonly contract: string
  /** Every contract there was, oldest first; the last is the current one. */
  readonly contracts: readonly ContractChange[]
  /** Alias → version number, in every environment. `champion` is not among them: it is what the rollout says. */
  readonly aliases: Readonly<Record<string, number>>
  /** How traffic is shared, by environment; none before the first champion there. */
  readonly rollouts?: Readonly<Partial<Record<Environment, StoredRollout>>>
  readonly aliasHistory: readonly AliasChange[]
  /** Absent where nothing of it was ever deprecated. */
  readonly deprecations?: StoredDeprecations
  /** 0 before the first. */
  readonly latestVersion: number
  /** A version that has its number but may not have its own document yet; see `settleVersion`. */
  readonly pending: VersionDocument | null
  readonly createdAt: Date
}

export interface ContractChange {
  readonly number: number
  readonly contract: string
  readonly at: Date
  readonly by: string
}

export interface AliasChange {
  readonly alias: string
  /** Where a champion changed; other aliases move in every environment. */
  readonly environment?: Environment
  /** Null when the alias was made. */
  readonly from: number | null
  readonly to: number
  readonly at: Date
  readonly by: string
  readonly reason: string
}

export const modelSchema = new Schema<ModelDocument>(
  {
    _id: { type: String, required: true },
    team: { type: String, required: true },
    description: String,
    words: [String],
    contractNumber: { type: Number, required: true },
    contract: { type: String, required: true },
    contracts: [Schema.Types.Mixed],
    aliases: { type: Schema.Types.Mixed, required: true },
    rollouts: Schema.Types.Mixed,
    aliasHistory: [Schema.Types.Mixed],
    deprecations: Schema.Types.Mixed,
    latestVersion: { type: Number, required: true },
    pending: Schema.Types.Mixed,
    createdAt: { type: Date, required: true },
  },
  { collection: 'models', versionKey: false, strict: 'throw', strictQuery: 'throw', minimize: false },
)
  .index({ team: 1, _id: 1 })
  .index({ words: 1, _id: 1 })
  .index({ 'rollouts.test.state': 1 })
  .index({ 'rollouts.staging.state': 1 })
  .index({ 'rollouts.production.state': 1 })
