/** One subgraph as it goes into a composition. */
export interface ComposedSubgraph {
  readonly name: string
  readonly url: string
  readonly sdl: string
}

/** Why a publication was refused: a value, not an exception, since a team works with it. */
export interface Finding {
  /** The composer's code (`FIELD_TYPE_MISMATCH`), or one of the error table. */
  readonly code: string
  readonly message: string
}

/** A supergraph, or why there is none. */
export type Composition =
  | { readonly supergraphSdl: string; readonly findings?: undefined }
  | { readonly supergraphSdl?: undefined; readonly findings: readonly Finding[] }
