/** That a model or a version answers no more from a moment on. */
export interface Deprecation {
  /** When it was first announced; moving the sunset does not change it. */
  readonly since: Date
  readonly sunsetAt: Date
  readonly reason: string
  /** A model (`fraud-detector`) or a version (`fraud-detector@3`). */
  readonly replacement: string | null
  /** Name of the client that announced it, or changed it last. */
  readonly by: string
}

/** One announcement, change or withdrawal. Appended, never changed. */
export interface DeprecationRecord {
  readonly action: 'DEPRECATED' | 'WITHDRAWN'
  /** Null where it is the model. */
  readonly version: number | null
  readonly at: Date
  readonly by: string
  readonly reason: string
  /** Null for a withdrawal. */
  readonly sunsetAt: Date | null
  readonly replacement: string | null
}

/** What is deprecated of a model now, and what was. Part of the model's document, so that both change in one write. */
export interface StoredDeprecations {
  /** Counts the records: a write that meets another count than it read has lost a race. */
  readonly revision: number
  readonly model: Deprecation | null
  /** By version number. */
  readonly versions: Readonly<Record<string, Deprecation>>
  /** The oldest first. */
  readonly history: readonly DeprecationRecord[]
}

export const NO_DEPRECATIONS: StoredDeprecations = { revision: 0, model: null, versions: {}, history: [] }
