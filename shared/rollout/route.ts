import { placeOf } from './cohort.js'
import type { RolloutPolicy } from './policy.js'

/** The version for a row, and why. */
export interface Choice {
  readonly version: number
  readonly route: 'CHAMPION' | 'CANARY' | 'FALLBACK'
  /** Of a fallback: the version that should have answered and is not ready. */
  readonly instead?: number
}

/** Whether a version can be given rows: it is loaded and does not fail them all. */
export type IsReady = (version: number) => boolean

/**
 * The version for a row with this routing key; nothing but its arguments decides. The cohort's keys go to the canary, all
 * others to the champion; where that one is not ready, to the fallback. Where nothing is ready, the one chosen is
 * answered all the same: it is the one to say what is wrong.
 */
export function route(policy: RolloutPolicy, key: string, isReady: IsReady): Choice {
  const { champion, canary } = policy
  const inCohort = canary !== undefined && canary.weight > 0 && placeOf(canary.salt, key) < canary.weight
  const version = inCohort ? canary.version : champion
  if (!isReady(version)) {
    const fallback = fallbackFor(policy, version, isReady)
    if (fallback !== undefined) return { version: fallback, route: 'FALLBACK', instead: version }
  }
  return { version, route: inCohort ? 'CANARY' : 'CHAMPION' }
}

/** Who answers for a version that failed: the policy's fallback, else the champion; undefined where neither is ready. */
export function fallbackFor(
  { fallback, champion }: Pick<RolloutPolicy, 'fallback' | 'champion'>,
  failed: number,
  isReady: IsReady,
): number | undefined {
  const stands = (version: number | undefined) => version !== undefined && version !== failed && isReady(version)
  if (stands(fallback)) return fallback
  return stands(champion) ? champion : undefined
}
