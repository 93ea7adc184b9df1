import type { Environment } from '../../../shared/control/protocol.js'
import type { GateDeclaration, GateMeasure } from './machine/gate-declaration.js'

/** Whether a canary may go on. */
export type Verdict = 'PASS' | 'FAIL' | 'INCONCLUSIVE'

/** Where the gate's figures come from: what was predicted, and what became of it. */
export interface GateFigures {
  /** What there is data for; a gate that names anything else is refused. */
  readonly measures: ReadonlySet<GateMeasure>
  judge(question: GateQuestion): Promise<Judgement>
}

export interface GateQuestion {
  readonly model: string
  readonly environment: Environment
  readonly champion: number
  readonly canary: number
  /** The window, in milliseconds since the epoch. */
  readonly since: number
  readonly until: number
  readonly gate: GateDeclaration
}

export interface Judgement {
  /** `FAIL` when a condition fails, else `INCONCLUSIVE` when one is, else `PASS`. */
  readonly verdict: Verdict
  /** One for each condition, in their order. */
  readonly figures: readonly GateFigure[]
}

/** What one condition saw. */
export interface GateFigure {
  readonly measure: GateMeasure
  readonly verdict: Verdict
  /** Null where there is no figure, for want of data. */
  readonly champion: number | null
  readonly canary: number | null
  readonly championSample: number
  readonly canarySample: number
  /** Confidence interval of canary minus champion, or of the canary alone; null where there is none. */
  readonly interval: readonly [number, number] | null
}

/** A registry that keeps no predictions. */
export const NO_FIGURES: GateFigures = {
  measures: new Set(),
  judge: () => Promise.reject(new Error('There are no figures; a gate should have been refused.')),
}
