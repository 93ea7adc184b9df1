import { randomUUID } from 'node:crypto'
import type { GrantRecord, Statement } from './grant-record.js'

/** Grants of these scopes that one statement asks for and approves. */
export function grantedBy(scopes: readonly string[], statement: Statement): GrantRecord[] {
  return [...new Set(scopes)]
    .sort()
    .map((scope) => ({ id: randomUUID(), scope, state: 'APPROVED', asked: statement, decided: statement }))
}
