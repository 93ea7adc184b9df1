import type { ClientLimits, Quota, Rate } from '../../../shared/control/protocol.js'
import { canonicalJson } from '../database/canonical-json.js'
import { requireText } from '../database/names.js'
import { findModelsByName } from '../models/models.js'
import { modelNotFound } from '../models/not-found.js'
import type { Registry } from '../registry.js'
import { requireAdmin } from '../teams/ownership.js'
import { type ClientRequest, changeClient } from './change-client.js'
import type { ClientDocument } from './client-document.js'
import { wrongInput } from './wrong-input.js'

export interface LimitsRequest extends ClientRequest {
  readonly limits: ClientLimits
  readonly reason: string
}

const MOST_MODELS = 200
const FASTEST = 1_000_000

/** Sets all limits of a client; only admins may. Throws `MODEL_NOT_FOUND` for a rate of a model that is none. */
export async function setLimits(registry: Registry, request: LimitsRequest): Promise<ClientDocument> {
  const { limits, reason } = request
  requireAdmin(request.identity)
  requireText(reason, 'reason', { min: 1, max: 1_000 })
  await refuseUnfit(registry, limits)
  return changeClient(registry, request, (client) => {
    if (canonicalJson(client.limits) === canonicalJson(limits)) return undefined
    return { set: { limits }, action: 'setLimits', reason, details: { limits } }
  })
}

async function refuseUnfit({ database }: Registry, { rate, models, quota }: ClientLimits): Promise<void> {
  if (rate) requireRate(rate, 'limits.rate')
  if (quota) requireQuota(quota)
  const names = Object.keys(models)
  if (names.length > MOST_MODELS) throw wrongInput('limits.models', `at most ${MOST_MODELS} models`, names.length)
  for (const [name, own] of Object.entries(models)) requireRate(own, `limits.models.${name}`)
  const known = new Set((await findModelsByName(database, names)).map(({ _id }) => _id))
  for (const name of names) if (!known.has(name)) throw await modelNotFound(database, name)
}

function requireRate({ perSecond, burst }: Rate, path: string): void {
  if (!(perSecond > 0 && perSecond <= FASTEST)) {
    throw wrongInput(`${path}.perSecond`, `a number above 0, at most ${FASTEST}`, perSecond)
  }
  if (burst < 1 || burst > FASTEST) throw wrongInput(`${path}.burst`, `a whole number from 1 to ${FASTEST}`, burst)
}

function requireQuota({ predictions }: Quota): void {
  if (Number.isSafeInteger(predictions) && predictions >= 0) return
  throw wrongInput('limits.quota.predictions', 'a whole number from 0', predictions)
}
