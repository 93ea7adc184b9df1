import type { ShadowPolicy } from '../../../../shared/rollout/policy.js'
import type { GateDeclaration } from './gate-declaration.js'

/** Where a rollout stands. In `STEADY`, `PROMOTED` and `ROLLED_BACK` the champion takes all traffic. */
export const ROLLOUT_STATES = ['STEADY', 'PROGRESSING', 'PAUSED', 'PROMOTED', 'ROLLED_BACK'] as const
export type RolloutState = (typeof ROLLOUT_STATES)[number]

/** How the traffic of one model in one environment is shared among its versions. A value: every change makes a new one. */
export interface Rollout {
  /** Counts the changes from 1. */
  readonly revision: number
  readonly state: RolloutState
  readonly champion: number
  /** The champion before this one, to which a roll back returns while there is no canary. */
  readonly previous: number | null
  /** Present in `PROGRESSING` and `PAUSED`, and only there. */
  readonly canary: Canary | null
  readonly shadows: readonly ShadowPolicy[]
  /** The champion, when null. */
  readonly fallback: number | null
}

export interface Canary {
  readonly version: number
  readonly steps: readonly Step[]
  /** Place of the current step, from 0. */
  readonly step: number
  /** Names the cohort; see `CanaryPolicy`. */
  readonly salt: string
  readonly gate: GateDeclaration | null
  /** False until every live replica has the version ready: it is loaded and warmed, and gets no traffic. */
  readonly admitted: boolean
  /** When the current step began to count, in milliseconds since the epoch. */
  readonly since: number
  /** When the gate was evaluated last, in milliseconds since the epoch. */
  readonly judgedAt: number
  /** How often in a row the gate has failed. */
  readonly failures: number
}

export interface Step {
  /** Share of routing keys, in percent, 0 to 100. */
  readonly weight: number
  /** How long the step lasts at least, in milliseconds. */
  readonly durationMs: number
}

/** The rollout of a model that gets its first champion. */
export function firstRollout(champion: number): Rollout {
  return { revision: 1, state: 'STEADY', champion, previous: null, canary: null, shadows: [], fallback: null }
}

/** The share of the routing keys that the canary has now, in percent. */
export function weightOf({ canary }: Rollout): number {
  return canary?.admitted ? canary.steps[canary.step]!.weight : 0
}

/** Every version that may get rows, now or after a roll back. */
export function versionsIn({ champion, previous, canary, shadows, fallback }: Rollout): number[] {
  const named = [champion, previous, canary?.version, fallback, ...shadows.map(({ version }) => version)]
  return [...new Set(named.filter((version) => version !== null && version !== undefined))]
}
