import type { Environment, KeyHolder } from '../../shared/control/protocol.js'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { hashApiKey, parseApiKey } from '../../shared/identity/api-key.js'
import { type Caller, callerOfKey } from './caller.js'

/** Answers who calls, from the value of an `authorization` header. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>

export interface AuthenticateOptions {
  readonly keys: { holderOf(hash: string): Promise<KeyHolder | undefined> }
  readonly environment: Environment
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Authenticates API keys. Throws `UNAUTHENTICATED` for a key that is missing, malformed, of another environment, unknown
 * or expired, and `REGISTRY_UNAVAILABLE` for one never seen while the registry does not answer. What is malformed is
 * refused without asking anybody.
 */
export function createAuthenticate({ keys, environment, now }: AuthenticateOptions): Authenticate {
  return async (authorization) => {
    const key = bearerKey(authorization)
    if (parseApiKey(key)?.environment !== environment) throw malformed(environment)
    const holder = await keys.holderOf(hashApiKey(key))
    if (!holder) throw refused('The key is unknown or has been revoked.')
    if (holder.expiresAt !== null && holder.expiresAt <= now()) throw refused('The key has expired; ask for a new one.')
    return callerOfKey(holder)
  }
}

function bearerKey(authorization: string | undefined): string {
  if (!authorization) throw refused('Send your API key as `authorization: Bearer <key>`.')
  const [scheme, key, ...rest] = authorization.trim().split(/\s+/)
  if (scheme?.toLowerCase() !== 'bearer' || !key || rest.length > 0) {
    throw refused('The authorization header is not `Bearer <key>`.')
  }
  return key
}

function malformed(environment: Environment): ModelgraphError {
  return refused(
    `The key is not one of this environment; its keys begin with mg_${environment}_. Check that it is complete.`,
  )
}

function refused(message: string): ModelgraphError {
  return new ModelgraphError('UNAUTHENTICATED', message)
}
