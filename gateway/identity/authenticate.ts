import type { Environment, KeyHolder } from '../../shared/control/protocol.js'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { hashApiKey, parseApiKey } from '../../shared/identity/api-key.js'
import { type Caller, callerOfKey } from './caller.js'

/** Answers who calls, from the value of an `authorization` header; at once for a caller seen a short while ago. */
export type Authenticate = (authorization: string | undefined) => Caller | Promise<Caller>

export interface AuthenticateOptions {
  readonly keys: {
    has(hash: string): boolean
    holderOf(hash: string): KeyHolder | undefined | Promise<KeyHolder | undefined>
  }
  readonly environment: Environment
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Told of every request that is let in. */
  readonly onUse?: (holder: KeyHolder, now: number) => void
}

/**
 * Authenticates API keys. Throws `UNAUTHENTICATED` for a key that is missing, malformed, of another environment, unknown
 * or expired, and `REGISTRY_UNAVAILABLE` for one never seen while the registry does not answer. What is malformed is
 * refused without asking anybody.
 */
export function createAuthenticate({ keys, environment, now, onUse }: AuthenticateOptions): Authenticate {
  const callerOf = (holder: KeyHolder | undefined): Caller => {
    const time = now()
    requireValid(holder, time)
    onUse?.(holder, time)
    return callerOfKey(holder)
  }
  return (authorization) => {
    const key = bearerKey(authorization)
    const hash = hashApiKey(key)
    if (!keys.has(hash) && parseApiKey(key)?.environment !== environment) throw malformed(environment)
    const holder = keys.holderOf(hash)
    return holder instanceof Promise ? holder.then(callerOf) : callerOf(holder)
  }
}

const BEARER = 'Bearer '

function bearerKey(authorization: string | undefined): string {
  if (!authorization) throw refused('Send your API key as `authorization: Bearer <key>`.')
  if (authorization.startsWith(BEARER) && !authorization.includes(' ', BEARER.length)) {
    return authorization.slice(BEARER.length)
  }
  const [scheme, key, ...rest] = authorization.trim().split(/\s+/)
  if (scheme?.toLowerCase() !== 'bearer' || !key || rest.length > 0) {
    throw refused('The authorization header is not `Bearer <key>`.')
  }
  return key
}

function requireValid(holder: KeyHolder | undefined, now: number): asserts holder is KeyHolder {
  if (!holder) throw refused('The key is unknown or has been revoked.')
  if (holder.expiresAt !== null && holder.expiresAt <= now) throw refused('The key has expired; ask for a new one.')
}

function malformed(environment: Environment): ModelgraphError {
  return refused(
    `The key is not one of this environment; its keys begin with mg_${environment}_. Check that it is complete.`,
  )
}

function refused(message: string): ModelgraphError {
  return new ModelgraphError('UNAUTHENTICATED', message)
}
