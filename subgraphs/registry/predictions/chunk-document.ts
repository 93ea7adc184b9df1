import { type mongo, Schema } from 'mongoose'

/**
 * A chunk of recorded predictions: hundreds of rows in one document, because what costs is documents, their index entries and
 * every look at a row. Written once, never changed.
 */
export interface ChunkDocument {
  /** The smallest prediction id in it; a chunk that comes twice is stored once. */
  readonly _id: string
  /** The greatest. */
  readonly last: string
  readonly model: string
  /** Null where no version could be found. */
  readonly version: number | null
  readonly rows: number
  /** How many rows failed, by error code. */
  readonly errors: Readonly<Record<string, number>>
  readonly expiresAt: Date
  /** The chunk's frame, as it came (shared/prediction-log/frame.ts). */
  readonly frame: Buffer
}

/** Ids hold the time, so the index of ids answers windows of time as well. */
export const chunkDocumentSchema = new Schema<ChunkDocument>(
  {
    _id: { type: String, required: true },
    last: { type: String, required: true },
    model: { type: String, required: true },
    version: { type: Number, default: null },
    rows: { type: Number, required: true },
    errors: { type: Schema.Types.Mixed, required: true },
    expiresAt: { type: Date, required: true },
    frame: { type: Buffer, required: true },
  },
  {
    collection: 'prediction-chunks',
    versionKey: false,
    strict: 'throw',
    strictQuery: 'throw',
    suppressReservedKeysWarning: true,
  },
)
  .index({ model: 1, version: 1, last: -1 })
  .index({ model: 1, last: -1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

/** The bytes of a frame, which the driver answers as a `Binary`. */
export function bytesOf(frame: Buffer | mongo.Binary): Buffer {
  if (Buffer.isBuffer(frame)) return frame
  const { buffer, position } = frame
  return Buffer.from(buffer.buffer, buffer.byteOffset, position)
}
