/**
 * The traffic policy of one model in one environment, as the registry decides it and every replica of the subgraph
 * follows it. It changes whole: a higher `revision` replaces a lower one.
 */
export interface RolloutPolicy {
  readonly model: string
  /** Grows by one with every change of the rollout. */
  readonly revision: number
  /** Answers whatever the rest does not take: route `CHAMPION`. */
  readonly champion: number
  /** Answers the cohort: route `CANARY`. */
  readonly canary?: CanaryPolicy
  /** Versions that run on a sample of the rows and answer nobody: route `SHADOW`. */
  readonly shadows: readonly ShadowPolicy[]
  /** Answers a row whose version failed: route `FALLBACK`. The champion, unless named. */
  readonly fallback?: number
}

export interface CanaryPolicy {
  readonly version: number
  /** Share of routing keys in the cohort, in percent, 0 to 100. */
  readonly weight: number
  /**
   * Names the cohort: a key's place in it is a hash of salt and key. It stays through all steps of a rollout, so that a
   * growing weight only ever adds keys, and changes with the next rollout, so that not always the same customers try.
   */
  readonly salt: string
}

export interface ShadowPolicy {
  readonly version: number
  /** Share of rows that the version also runs on, in percent, above 0 to 100. */
  readonly sample: number
}
