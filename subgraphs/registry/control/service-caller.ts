import type { IncomingMessage } from 'node:http'
import { REGISTRY } from '../../../shared/control/protocol.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { IDENTITY_HEADER, type Identity } from '../../../shared/identity/claims.js'
import { verifyIdentity } from '../../../shared/identity/signing.js'

export interface Verification {
  readonly secret: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Who signed this request for the registry. Throws `UNAUTHENTICATED`. */
export function callerOf(
  { headers }: IncomingMessage,
  body: string | Uint8Array,
  { secret, now }: Verification,
): Identity {
  const header = headers[IDENTITY_HEADER]
  return verifyIdentity(
    typeof header === 'string' ? header : undefined,
    { audience: REGISTRY, body, now: now() },
    secret,
  )
}

/** The same for one of our own processes; throws `FORBIDDEN` for anybody else. */
export function serviceOf(message: IncomingMessage, body: string | Uint8Array, verification: Verification): Identity {
  const identity = callerOf(message, body, verification)
  if (identity.subject.startsWith('service:')) return identity
  throw new ModelgraphError('FORBIDDEN', 'The control plane is for our own processes.')
}
