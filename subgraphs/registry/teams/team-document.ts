import { Schema } from 'mongoose'

/** A team that owns models and subgraphs. */
export interface TeamDocument {
  /** Its name. */
  readonly _id: string
  readonly title: string
  readonly description: string
  /** Where its people are reached: an address, a channel. */
  readonly contact: string
  readonly createdAt: Date
}

export const teamSchema = new Schema<TeamDocument>(
  {
    _id: { type: String, required: true },
    title: String,
    description: String,
    contact: String,
    createdAt: { type: Date, required: true },
  },
  { collection: 'teams', versionKey: false, strict: 'throw', strictQuery: 'throw' },
)
