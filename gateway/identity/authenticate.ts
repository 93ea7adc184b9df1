import type { Environment, KeyHolder } from '../../shared/control/protocol.js'
import { hashApiKey, parseApiKey } from '../../shared/identity/api-key.js'
import { type Caller, callerOfKey } from './caller.js'
import { unauthenticated } from './unauthenticated.js'

/** Answers who calls, from the credential in the `authorization` header; at once for a caller seen a short while ago. */
export type Authenticate = (credential: string) => Caller | Promise<Caller>

export interface AuthenticateOptions {
  readonly keys: {
    has(hash: string): boolean
    holderOf(hash: string): KeyHolder | undefined | Promise<KeyHolder | undefined>
  }
  /** Undefined where no issuer of tokens is trusted. */
  readonly tokens?: { callerOf(token: string): Caller | Promise<Caller> } | undefined
  readonly environment: Environment
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Told of every request that a key is good for. */
  readonly onUse?: (holder: KeyHolder, now: number) => void
}

/**
 * Authenticates API keys and tokens. Throws `UNAUTHENTICATED` for a key that is malformed, of another environment, unknown
 * or expired, and `REGISTRY_UNAVAILABLE` for one never seen while the registry does not answer; for tokens, as
 * `Tokens.callerOf` does. What is malformed is refused without asking anybody.
 */
export function createAuthenticate({ keys, tokens, environment, now, onUse }: AuthenticateOptions): Authenticate {
  const callerOf = (holder: KeyHolder | undefined): Caller => {
    const time = now()
    requireValid(holder, time)
    onUse?.(holder, time)
    return callerOfKey(holder)
  }
  return (credential) => {
    if (tokens && looksLikeToken(credential)) return tokens.callerOf(credential)
    const hash = hashApiKey(credential)
    if (!keys.has(hash) && parseApiKey(credential)?.environment !== environment) throw malformed(environment)
    const holder = keys.holderOf(hash)
    return holder instanceof Promise ? holder.then(callerOf) : callerOf(holder)
  }
}

/** A JWT is three parts separated by dots; a key has none. */
function looksLikeToken(credential: string): boolean {
  return credential.includes('.')
}

function requireValid(holder: KeyHolder | undefined, now: number): asserts holder is KeyHolder {
  if (!holder) throw unauthenticated('The key is unknown or has been revoked.')
  if (holder.expiresAt !== null && holder.expiresAt <= now) {
    throw unauthenticated('The key has expired; ask for a new one.')
  }
}

function malformed(environment: Environment) {
  return unauthenticated(
    `The key is not one of this environment; its keys begin with mg_${environment}_. Check that it is complete.`,
  )
}
