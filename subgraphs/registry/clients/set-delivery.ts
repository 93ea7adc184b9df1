import { isIP } from 'node:net'
import { canonicalJson } from '../database/canonical-json.js'
import { requireText } from '../database/names.js'
import type { Registry } from '../registry.js'
import { requireAdmin } from '../teams/ownership.js'
import { isAdmin } from './acting.js'
import { type ClientRequest, changeClient } from './change-client.js'
import type { ClientDelivery, ClientDocument } from './client-document.js'
import { refuseLooser } from './delivery-floor.js'
import { wrongInput } from './wrong-input.js'

export interface DeliveryRequest extends ClientRequest {
  readonly policy: ClientDelivery
  readonly reason: string
}

const MOST_ORIGINS = 100
const MOST_NETWORKS = 100
const MOST_FIELDS = 500

/**
 * Sets what a client may send, and from where. What an admin sets holds: others may be stricter, but never loosen it, and
 * which fields are denied is for admins alone to change.
 */
export async function setDelivery(registry: Registry, request: DeliveryRequest): Promise<ClientDocument> {
  const { policy, reason, identity } = request
  requireText(reason, 'reason', { min: 1, max: 1_000 })
  refuseUnfit(policy)
  return changeClient(registry, request, ({ delivery, deliveryFloor: before = null }) => {
    const floor = isAdmin(identity) ? policy : before
    if (isSame(delivery, policy) && isSame(floor, before)) return undefined
    if (!isSame(delivery.deniedFields, policy.deniedFields)) requireAdmin(identity)
    if (floor) refuseLooser(policy, floor)
    return { set: { delivery: policy, deliveryFloor: floor }, action: 'setDelivery', reason, details: { policy } }
  })
}

function isSame(one: unknown, other: unknown): boolean {
  return canonicalJson(one) === canonicalJson(other)
}

function refuseUnfit({ origins, networks, deniedFields }: DeliveryRequest['policy']): void {
  requireEach(origins, 'policy.origins', {
    most: MOST_ORIGINS,
    fits: isOrigin,
    expected: 'an origin such as https://app.example',
  })
  requireEach(networks, 'policy.networks', {
    most: MOST_NETWORKS,
    fits: isNetwork,
    expected: 'a network in CIDR notation such as 192.0.2.0/24 or 2001:db8::/32',
  })
  requireEach(deniedFields, 'policy.deniedFields', {
    most: MOST_FIELDS,
    fits: (field) => /^[_A-Za-z]\w*\.[_A-Za-z]\w*$/.test(field) && field.length <= 200,
    expected: 'a coordinate such as Patient.birthDate',
  })
}

interface Expectation {
  readonly most: number
  readonly fits: (value: string) => boolean
  readonly expected: string
}

function requireEach(values: readonly string[], path: string, { most, fits, expected }: Expectation): void {
  if (values.length > most) throw wrongInput(path, `at most ${most}`, values.length)
  for (const [index, value] of values.entries()) if (!fits(value)) throw wrongInput(`${path}.${index}`, expected, value)
}

/** As browsers write it: scheme, host and, where it is not the scheme's own, port. */
function isOrigin(value: string): boolean {
  return /^https?:\/\//.test(value) && URL.canParse(value) && new URL(value).origin === value
}

function isNetwork(value: string): boolean {
  const [, address, bits] = /^([0-9A-Fa-f.:]{2,45})\/(0|[1-9][0-9]{0,2})$/.exec(value) ?? []
  const family = isIP(address ?? '')
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128)
}
