import type { Environment } from '../../../shared/control/protocol.js'
import type { VersionFigures } from '../gate/figures.js'
import type { GateCondition, GateMeasure } from '../gate/gate.js'

/** Where the figures of gates come from: what was predicted, and what became of it. */
export interface GateFigures {
  /** What there is data for, of a model; a gate that names anything else is refused. */
  measuresOf(model: string): Promise<ReadonlySet<GateMeasure>>
  /** What happened to both versions in one window. Rejects when that cannot be found out now. */
  figuresOf(question: GateQuestion): Promise<{ readonly champion: VersionFigures; readonly canary: VersionFigures }>
}

export interface GateQuestion {
  readonly model: string
  readonly environment: Environment
  readonly champion: number
  readonly canary: number
  /** The window, in milliseconds since the epoch. */
  readonly since: number
  readonly until: number
  /** What will be asked of the figures; the rest of them may stay empty. */
  readonly conditions: readonly GateCondition[]
}
