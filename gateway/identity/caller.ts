import type { ClientLimits, DeliveryPolicy, KeyHolder } from '../../shared/control/protocol.js'
import type { Identity } from '../../shared/identity/claims.js'

/**
 * Who calls the gateway, and on what terms. As long as the registry's answer about a key is believed, its caller is one
 * object, so that what is decided for a caller can be remembered by it.
 */
export interface Caller {
  /** What subgraphs are told. */
  readonly identity: Identity
  readonly terms: ClientTerms
}

/** What the gateway itself needs to know of a client. */
export interface ClientTerms {
  readonly clientId: string
  /** Undefined for a token, which has no key. */
  readonly keyId: string | undefined
  readonly limits: ClientLimits
  readonly delivery: DeliveryPolicy
}

const callers = new WeakMap<KeyHolder, Caller>()

/** The caller that holds a key. */
export function callerOfKey(holder: KeyHolder): Caller {
  const known = callers.get(holder)
  if (known) return known
  const { clientId, keyId, client, scopes, environment, criticality, limits, delivery } = holder
  const identity = { subject: `client:${clientId}`, client, scopes, environment, criticality }
  const caller = { identity, terms: { clientId, keyId, limits, delivery } }
  callers.set(holder, caller)
  return caller
}
