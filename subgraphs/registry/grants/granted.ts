import { randomUUID } from 'node:crypto'
import type { Identity } from '../../../shared/identity/claims.js'
import { wrongInput } from '../clients/wrong-input.js'
import type { Database } from '../database/database.js'
import { decides } from './deciders.js'
import type { GrantRecord, Statement } from './grant-record.js'

/** Grants of these scopes that one statement asks for and approves. */
export function grantedBy(scopes: readonly string[], statement: Statement): GrantRecord[] {
  return [...new Set(scopes)].sort().map((scope) => grantOf(scope, statement, true))
}

/** A grant as it is asked for: approved at once where the caller decides on it. */
export async function askedGrant(
  database: Database,
  identity: Identity,
  scope: string,
  statement: Statement,
): Promise<GrantRecord> {
  return grantOf(scope, statement, await decides(database, identity, scope))
}

/** Open grants of one client, at most. */
export const MOST_OPEN_GRANTS = 500
/** Grants that were refused or revoked and are still shown; older ones are in the history alone. */
const MOST_CLOSED_GRANTS = 200

/** The grants of a client with one more; `BAD_USER_INPUT` when it has as many as it may. */
export function withGrant(grants: readonly GrantRecord[], added: GrantRecord): GrantRecord[] {
  const open = grants.filter(isOpen)
  if (open.length >= MOST_OPEN_GRANTS) {
    throw wrongInput('scope', `at most ${MOST_OPEN_GRANTS} grants of one client`, added.scope)
  }
  const kept = new Set(grants.filter((grant) => !isOpen(grant)).slice(-MOST_CLOSED_GRANTS))
  return [...grants.filter((grant) => isOpen(grant) || kept.has(grant)), added]
}

function isOpen({ state }: GrantRecord): boolean {
  return state === 'REQUESTED' || state === 'APPROVED'
}

function grantOf(scope: string, asked: Statement, approved: boolean): GrantRecord {
  return {
    id: randomUUID(),
    scope,
    state: approved ? 'APPROVED' : 'REQUESTED',
    asked,
    decided: approved ? asked : null,
  }
}
