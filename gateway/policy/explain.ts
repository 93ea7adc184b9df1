import type { Guards } from './guards.js'
import type { Check } from './operation-checks.js'
import { allow } from './shield.js'

/** What would be decided of one field for a caller, and by what. */
export interface ExplainedField {
  /** Response path, without list indices. */
  readonly path: readonly string[]
  /** `Patient.risk`; on an interface or union one of these for every possible type. */
  readonly coordinate: string
  /** `LEFT_OUT` where the variables take it out. */
  readonly decision: 'ALLOWED' | 'REFUSED' | 'LEFT_OUT'
  /** What is needed for it, in words; null where an authenticated caller is enough. */
  readonly needs: string | null
  /** Why it is refused. */
  readonly reason?: string
}

const NOTHING = ''

/** All guards, and one that lets everybody pass where there is none, so that a walk meets every field. */
export function everyField(guards: Guards): Guards {
  return { get: (coordinate) => guards.get(coordinate) ?? { coordinate, rule: allow, needs: NOTHING } }
}

export function explained(
  { path, guard: { coordinate, needs } }: Check,
  decision: ExplainedField['decision'],
  reason?: string,
): ExplainedField {
  return {
    path,
    coordinate,
    decision,
    needs: needs === NOTHING ? null : needs,
    ...(reason !== undefined && { reason }),
  }
}
