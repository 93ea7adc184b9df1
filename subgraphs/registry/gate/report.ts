import type { Estimate } from '../statistics/estimate.js'
import type { GateCondition } from './gate.js'

/** `INCONCLUSIVE` is for a human, or for more traffic, to decide. */
export const VERDICTS = ['PASS', 'FAIL', 'INCONCLUSIVE'] as const

export type Verdict = (typeof VERDICTS)[number]

/** Why a gate decided as it did. Plain data, kept in the history: what has no finite number is null. */
export interface GateReport {
  readonly verdict: Verdict
  readonly conditions: readonly ConditionReport[]
}

export interface ConditionReport extends GateCondition {
  /** `CONVERSION_RATE against CHAMPION_SHARE`. */
  readonly name: string
  readonly champion: Figure | null
  readonly canary: Figure | null
  /** The canary's figure less the champion's, or that as a share of it; null for an `ABSOLUTE` bound. */
  readonly difference: number | null
  /** Of the difference, or of the canary's figure for an `ABSOLUTE` bound. */
  readonly interval: OpenInterval | null
  /** What the interval is held against, on its scale: −0.02 where a drop of 0.02 is allowed. */
  readonly limit: number
  readonly verdict: Verdict
  /** One sentence with the numbers that decided. */
  readonly reason: string
}

export interface Figure {
  readonly value: number
  readonly sample: number
}

/** An end is null where the sample gives none. */
export interface OpenInterval {
  readonly lower: number | null
  readonly upper: number | null
}

export function figureOf(estimate: Estimate | undefined): Figure | null {
  return estimate && Number.isFinite(estimate.value) ? { value: estimate.value, sample: estimate.sample } : null
}

export function openIntervalOf({ lower, upper }: Estimate['interval']): OpenInterval {
  return { lower: finiteOrNull(lower), upper: finiteOrNull(upper) }
}

export function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}
