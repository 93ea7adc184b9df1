import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Identity } from '../../../shared/identity/claims.js'
import type { Database } from '../database/database.js'
import { requireText } from '../database/names.js'
import { requirePublisher } from '../teams/ownership.js'
import { teamExists } from '../teams/teams.js'

/** What people say of a client. */
export interface ClientDescription {
  readonly owner?: string | null | undefined
  readonly team?: string | null | undefined
  readonly contact?: string | null | undefined
  readonly useCase?: string | null | undefined
}

/** Refuses texts that are empty or too long, and a team that is none or that the caller does not act for. */
export async function requireDescription(
  database: Database,
  identity: Identity,
  { owner, team, contact, useCase }: ClientDescription,
): Promise<void> {
  requireText(owner ?? 'unchanged', 'input.owner', { min: 1, max: 200 })
  requireText(useCase ?? 'unchanged', 'input.useCase', { min: 1, max: 2_000 })
  requireText(contact ?? '', 'input.contact', { max: 200 })
  if (typeof team !== 'string') return
  requirePublisher(identity, team)
  if (await teamExists(database, team)) return
  throw new ModelgraphError('NOT_FOUND', `There is no team ${JSON.stringify(team.slice(0, 80))}.`, {
    path: 'input.team',
  })
}
