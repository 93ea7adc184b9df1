import { Schema } from 'mongoose'

/** The text of an operation that some client has registered, stored once. */
export interface OperationDocument {
  /** sha-256 of the text, lower-case hex. */
  readonly _id: string
  readonly text: string
  readonly at: Date
}

export const operationSchema = new Schema<OperationDocument>(
  {
    _id: { type: String, required: true },
    text: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { collection: 'operations', versionKey: false, strict: 'throw', strictQuery: 'throw' },
)
