import { Schema } from 'mongoose'

/**
 * What became of one prediction. It repeats what a reading needs of the prediction, so that windows are read without a
 * join, and stay readable after the prediction itself has expired.
 */
export interface OutcomeDocument extends ToldOutcome {
  /** The prediction's id. */
  readonly _id: string
  readonly model: string
  readonly version: number
  /** Why that version answered; `SHADOW` outcomes compare versions, but no client saw the answer. */
  readonly route: string | null
  readonly predictedAt: Date
  /** Outputs that can be scored: numbers, booleans and categories. */
  readonly outputs: Readonly<Record<string, number | boolean | string>>
  /** Counts what was told of it from 1; two who correct at once cannot overwrite each other. */
  readonly revision: number
  /** What was told before, oldest first. */
  readonly corrected: readonly ToldOutcome[]
  readonly expiresAt: Date
}

export interface ToldOutcome {
  /** The truth as a number: 1 for the positive class or a conversion and 0 for none; the quantity of a regression. */
  readonly value: number
  /** The true category, where the model predicts one. */
  readonly label: string | null
  /** When it came true. */
  readonly time: Date
  readonly recordedAt: Date
  /** Name of the client that told it. */
  readonly by: string
}

export const outcomeSchema = new Schema<OutcomeDocument>(
  {
    _id: { type: String, required: true },
    model: { type: String, required: true },
    version: { type: Number, required: true },
    route: { type: String, default: null },
    predictedAt: { type: Date, required: true },
    outputs: { type: Schema.Types.Mixed, required: true },
    revision: { type: Number, required: true },
    value: { type: Number, required: true },
    label: { type: String, default: null },
    time: { type: Date, required: true },
    recordedAt: { type: Date, required: true },
    by: { type: String, required: true },
    corrected: [Schema.Types.Mixed],
    expiresAt: { type: Date, required: true },
  },
  { collection: 'outcomes', versionKey: false, strict: 'throw', strictQuery: 'throw', minimize: false },
)
  .index({ model: 1, version: 1, predictedAt: -1 })
  .index({ model: 1, label: 1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
