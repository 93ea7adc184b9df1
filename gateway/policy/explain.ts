import type { Guards } from './guards.js'
import type { Check } from './operation-checks.js'
import { allow } from './shield.js'

/** A rule before a field, and whether it holds for a caller. */
export interface ExplainedRule {
  readonly source: 'TEAM' | 'OPERATOR' | 'CLIENT' | 'DEFAULT'
  /** Coordinate that it is declared at: the field, its type, an interface, or the scalar that the field returns. */
  readonly at: string
  /** What it needs, in words. */
  readonly needs: string
  readonly holds: boolean
}

/** What would be decided of one field for a caller, and by what. */
export interface ExplainedField {
  /** Response path, without list indices. */
  readonly path: readonly string[]
  /** `Patient.risk`; on an interface or union one of these for every possible type. */
  readonly coordinate: string
  /** `LEFT_OUT` where the variables take it out. */
  readonly decision: 'ALLOWED' | 'REFUSED' | 'LEFT_OUT'
  /** All must hold; none where an authenticated caller is enough. */
  readonly rules: readonly ExplainedRule[]
  /** Why it is refused, as the caller is told. */
  readonly reason: string | null
}

/** All guards, and one that lets everybody pass where there is none, so that a walk meets every field. */
export function everyField(guards: Guards): Guards {
  return { get: (coordinate) => guards.get(coordinate) ?? { coordinate, rule: allow, needs: '', rules: [] } }
}

/** What refuses a field: what its client is denied, or a rule. */
interface Reasons {
  readonly denied?: string | undefined
  readonly reason?: string | undefined
}

/** What is decided of a field: refused where there is a reason, unless it is left out anyway. */
export function explained(
  { path, guard: { coordinate } }: Check,
  decision: 'LEFT_OUT' | undefined,
  rules: readonly ExplainedRule[],
  { denied, reason = denied }: Reasons = {},
): ExplainedField {
  const own = { source: 'CLIENT', at: coordinate, needs: 'that it is not denied to the client', holds: false } as const
  return {
    path,
    coordinate,
    decision: decision ?? (reason === undefined ? 'ALLOWED' : 'REFUSED'),
    rules: denied === undefined ? rules : [...rules, own],
    reason: denied ?? reason ?? null,
  }
}
