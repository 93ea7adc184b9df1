import { Schema } from 'mongoose'

/** One subgraph as a supergraph holds it: which text, where it is served, who published it. */
export interface SubgraphEntry {
  readonly name: string
  readonly team: string
  readonly url: string
  /** Counts the publications of this subgraph from 1. */
  readonly schemaVersion: number
  /** Names the SDL in the collection of texts. */
  readonly sha256: string
  readonly publishedAt: Date
  readonly publishedBy: string
}

/**
 * A supergraph of one environment. The documents are append-only and numbered without gaps; inserting one is what makes
 * a publication happen, so two publications can't both build on the same predecessor.
 */
export interface SupergraphDocument {
  /** `test@7` */
  readonly _id: string
  readonly environment: string
  readonly version: number
  readonly sdl: string
  readonly subgraphs: readonly SubgraphEntry[]
  /** The publication that made it: one of `subgraphs`; null where a deprecation did. */
  readonly changed: SubgraphEntry | null
  /** Names the deprecated models that it shows as such; absent or null for none. */
  readonly deprecated?: string | null
  readonly publishedAt: Date
}

export const supergraphSchema = new Schema<SupergraphDocument>(
  {
    _id: { type: String, required: true },
    environment: { type: String, required: true },
    version: { type: Number, required: true },
    sdl: { type: String, required: true },
    subgraphs: [Schema.Types.Mixed],
    changed: Schema.Types.Mixed,
    deprecated: String,
    publishedAt: { type: Date, required: true },
  },
  { collection: 'supergraphs', versionKey: false, strict: 'throw', strictQuery: false },
)
  .index({ environment: 1, version: -1 }, { unique: true })
  .index({ environment: 1, 'changed.name': 1, version: -1 })

/** The text of a subgraph's schema, by its sha-256. */
export interface SdlDocument {
  readonly _id: string
  readonly sdl: string
}

export const sdlSchema = new Schema<SdlDocument>(
  { _id: { type: String, required: true }, sdl: { type: String, required: true } },
  { collection: 'schemas', versionKey: false, strict: 'throw', strictQuery: 'throw' },
)
