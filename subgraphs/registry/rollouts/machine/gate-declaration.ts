import type { Gate } from '../../gate/gate.js'

/** The gate of a rollout, how often it is evaluated, and when its failures roll back. */
export interface GateDeclaration extends Gate {
  /** How often the gate is evaluated, in milliseconds. */
  readonly intervalMs: number
  /** After so many failures in a row the rollout is rolled back. */
  readonly threshold: number
}
