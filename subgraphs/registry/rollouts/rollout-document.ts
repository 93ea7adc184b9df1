import { Schema } from 'mongoose'
import type { Environment } from '../../../shared/control/protocol.js'
import type { ShadowPolicy } from '../../../shared/rollout/policy.js'
import type { ConditionReport } from '../gate/report.js'
import type { CommandKind } from './machine/command.js'
import { type Rollout, type RolloutState, weightOf } from './machine/rollout.js'

/** A rollout as its model's document holds it. */
export interface StoredRollout extends Rollout {
  /** The record of this revision. It travels in here, since it may not have been appended to the history yet. */
  readonly last: RolloutRecord
}

/** One change of a rollout. Written once, never changed. */
export interface RolloutRecord {
  /** `test/fraud-detector/12` */
  readonly _id: string
  readonly model: string
  readonly environment: Environment
  readonly revision: number
  /** Never before the record of the revision before. */
  readonly at: Date
  /** Name of the client, or `rollout` where the rollout changed by itself. */
  readonly by: string
  readonly action: CommandKind
  readonly reason: string
  /** Null for the first. */
  readonly from: TrafficSplit | null
  readonly to: TrafficSplit
  /** What the gate saw, where it decided. */
  readonly figures: readonly ConditionReport[]
}

/** What was live: which versions, with how much of the traffic. */
export interface TrafficSplit {
  readonly state: RolloutState
  readonly champion: number
  readonly canary: { readonly version: number; readonly weight: number; readonly step: number } | null
  readonly shadows: readonly ShadowPolicy[]
  readonly fallback: number | null
}

export function splitOf(rollout: Rollout): TrafficSplit {
  const { state, champion, canary, shadows, fallback } = rollout
  const share = canary && { version: canary.version, weight: weightOf(rollout), step: canary.step + 1 }
  return { state, champion, canary: share, shadows, fallback }
}

export type RecordDetails = Pick<RolloutRecord, 'model' | 'environment' | 'by' | 'action' | 'reason'> & {
  readonly now: number
  readonly figures?: readonly ConditionReport[] | undefined
}

/** A changed rollout together with its record. */
export function recorded(rollout: Rollout, before: StoredRollout | undefined, details: RecordDetails): StoredRollout {
  const { now, figures = [], ...given } = details
  const { revision } = rollout
  const last = {
    ...given,
    _id: `${given.environment}/${given.model}/${revision}`,
    revision,
    at: new Date(Math.max(now, before?.last.at.getTime() ?? 0)),
    from: before ? splitOf(before) : null,
    to: splitOf(rollout),
    figures,
  }
  return { ...rollout, last }
}

export const recordSchema = new Schema<RolloutRecord>(
  {
    _id: { type: String, required: true },
    model: { type: String, required: true },
    environment: { type: String, required: true },
    revision: { type: Number, required: true },
    at: { type: Date, required: true },
    by: { type: String, required: true },
    action: { type: String, required: true },
    reason: { type: String, required: true },
    from: Schema.Types.Mixed,
    to: { type: Schema.Types.Mixed, required: true },
    figures: [Schema.Types.Mixed],
  },
  { collection: 'rolloutHistory', versionKey: false, strict: 'throw', strictQuery: 'throw', minimize: false },
)
  .index({ model: 1, environment: 1, revision: -1 }, { unique: true })
  .index({ model: 1, environment: 1, at: -1 })
