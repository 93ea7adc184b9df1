import type { ErrorCode } from '../../../../shared/errors/table.js'
import type { ShadowPolicy } from '../../../../shared/rollout/policy.js'
import type { GateMeasure } from '../../gate/gate.js'
import type { GateDeclaration } from './gate-declaration.js'
import type { Step } from './rollout.js'

/** What can be done to a rollout. The last three are the controller's. */
export type Command =
  | {
      readonly kind: 'start'
      readonly version: number
      readonly steps: readonly Step[]
      readonly gate: GateDeclaration | null
    }
  | { readonly kind: 'step' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'promote' }
  | { readonly kind: 'rollBack' }
  | { readonly kind: 'setChampion'; readonly version: number }
  | { readonly kind: 'setShadows'; readonly shadows: readonly ShadowPolicy[] }
  | { readonly kind: 'setFallback'; readonly version: number | null }
  /** Every live replica has the canary ready. */
  | { readonly kind: 'admit' }
  /** The gate has failed. */
  | { readonly kind: 'fail' }
  /** The gate has passed before the step is over. */
  | { readonly kind: 'pass' }

export type CommandKind = Command['kind']

/** What a transition needs to know beside the rollout. */
export interface Facts {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Versions are numbered from 1 to this one without gaps. */
  readonly latestVersion: number
  /** Measures for which this registry has data. */
  readonly measures: ReadonlySet<GateMeasure>
  /** Names the cohort of a canary that starts now. */
  readonly salt: string
}

/** Why a command changes nothing. */
export class Refusal {
  constructor(
    readonly code: Extract<ErrorCode, 'BAD_USER_INPUT' | 'MODEL_NOT_FOUND' | 'CONFLICT'>,
    readonly message: string,
    readonly details: { readonly path?: string; readonly expected?: string; readonly received?: string } = {},
  ) {}
}

/** A value that does not fit, where it stands, what would have been right and what came. */
export function misfit(path: string, expected: string, received: unknown): Refusal {
  const details = { path, expected, received: String(received) }
  return new Refusal('BAD_USER_INPUT', `${path} is ${details.received}; expected ${expected}.`, details)
}
