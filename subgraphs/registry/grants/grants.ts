import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { actsFor } from '../clients/acting.js'
import { type ClientRequest, changeAnyClient, changeClient } from '../clients/change-client.js'
import type { ClientDocument } from '../clients/client-document.js'
import { requireText } from '../database/names.js'
import type { Registry } from '../registry.js'
import { requireDeciding } from './deciders.js'
import type { GrantRecord, GrantState, Statement } from './grant-record.js'
import { askedGrant, withGrant } from './granted.js'
import { requireScope } from './scope.js'

export interface GrantRequest extends ClientRequest {
  readonly scope: string
  readonly reason: string
}

/**
 * Asks for a grant. It is approved at once where the caller decides on it; asking for what is asked for or held already
 * changes nothing.
 */
export async function requestGrant(registry: Registry, request: GrantRequest): Promise<ClientDocument> {
  const { scope, reason, identity } = request
  requireScope(scope, 'scope')
  requireText(reason, 'reason', { min: 1, max: 1_000 })
  return changeClient(registry, request, async ({ grants }, at) => {
    if (openGrant(grants, scope)) return undefined
    const grant = await askedGrant(registry.database, identity, scope, { by: identity.client, at, reason })
    const details = { scope, state: grant.state }
    return { set: { grants: withGrant(grants, grant) }, action: 'requestGrant', reason, details }
  })
}

/** Approves a grant that was asked for. Approving it again changes nothing. */
export function approveGrant(registry: Registry, request: GrantRequest): Promise<ClientDocument> {
  return decide(registry, request, 'approveGrant', { from: ['REQUESTED'], to: 'APPROVED' })
}

/** Refuses a grant that was asked for. */
export function refuseGrant(registry: Registry, request: GrantRequest): Promise<ClientDocument> {
  return decide(registry, request, 'refuseGrant', { from: ['REQUESTED'], to: 'REFUSED' })
}

/** Takes a grant away, or back before it is decided on. Those who act for the client may give it up, too. */
export function revokeGrant(registry: Registry, request: GrantRequest): Promise<ClientDocument> {
  return decide(registry, request, 'revokeGrant', { from: ['APPROVED', 'REQUESTED'], to: 'REVOKED' })
}

interface Step {
  readonly from: readonly GrantState[]
  readonly to: Exclude<GrantState, 'REQUESTED'>
}

async function decide(
  registry: Registry,
  request: GrantRequest,
  action: 'approveGrant' | 'refuseGrant' | 'revokeGrant',
  step: Step,
): Promise<ClientDocument> {
  const { scope, reason, identity, client: name } = request
  requireText(reason, 'reason', { min: 1, max: 1_000 })
  return changeAnyClient(registry, request, async (client, at) => {
    const givesUp = action === 'revokeGrant' && client !== null && actsFor(identity, client)
    if (!givesUp) await requireDeciding(registry.database, identity, scope)
    const grant = client?.grants.findLast((grant) => grant.scope === scope)
    if (!client || !grant) throw notAskedFor(name, scope)
    if (grant.state === step.to) return undefined
    if (!step.from.includes(grant.state)) throw decidedAlready(name, grant)
    const decided = { ...grant, state: step.to, decided: { by: identity.client, at, reason } satisfies Statement }
    const grants = client.grants.map((other) => (other === grant ? decided : other))
    return { set: { grants }, action, reason, details: { scope } }
  })
}

function openGrant(grants: readonly GrantRecord[], scope: string): GrantRecord | undefined {
  return grants.find((grant) => grant.scope === scope && ['REQUESTED', 'APPROVED'].includes(grant.state))
}

function notAskedFor(client: string, scope: string): ModelgraphError {
  const message = `No client ${JSON.stringify(client.slice(0, 80))} has asked for ${JSON.stringify(scope.slice(0, 80))}.`
  return new ModelgraphError('NOT_FOUND', message, { client: client.slice(0, 80), scope: scope.slice(0, 80) })
}

function decidedAlready(client: string, { scope, state, decided }: GrantRecord): ModelgraphError {
  const message = `The grant ${scope} of ${client} is ${state}${decided ? `, by ${decided.by}` : ''}; it has to be asked for again.`
  return new ModelgraphError('CONFLICT', message, { client, scope, state })
}
