export const GRANT_STATES = ['REQUESTED', 'APPROVED', 'REFUSED', 'REVOKED'] as const

export type GrantState = (typeof GRANT_STATES)[number]

/**
 * A scope that was asked for, and what became of it. A client has at most one that is `REQUESTED` or `APPROVED` for each
 * scope; those that were refused or revoked stay.
 */
export interface GrantRecord {
  readonly id: string
  /** `predict:fraud-detector`, `catalogue:read`… */
  readonly scope: string
  readonly state: GrantState
  readonly asked: Statement
  /** Null while it is `REQUESTED`. */
  readonly decided: Statement | null
}

/** Who said what, and when. */
export interface Statement {
  /** Name of the client application. */
  readonly by: string
  readonly at: Date
  readonly reason: string
}

/** What a client may do, sorted. */
export function scopesOf(grants: readonly GrantRecord[]): string[] {
  return [...new Set(grants.filter(({ state }) => state === 'APPROVED').map(({ scope }) => scope))].sort()
}
