import { randomUUID } from 'node:crypto'
import type { ControlClient } from '../../shared/control/client.js'
import type { GatewayConfig } from '../config.js'
import { type Authenticate, createAuthenticate } from './authenticate.js'
import { KeyCache } from './key-cache.js'
import { KeyUses } from './key-uses.js'
import { readKeys } from './tokens/read-keys.js'
import { Tokens } from './tokens/tokens.js'

export interface IdentityParts {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly registry: Pick<ControlClient, 'verifyKey' | 'keysUsed'>
}

/** All that says who calls, with what runs beside requests for it. */
export interface RunningIdentity {
  readonly authenticate: Authenticate
  readonly keys: KeyCache
  start(): void
  /** Tells the registry what is left to tell. */
  stop(): Promise<void>
}

/** How often the registry may be told which keys were used, in milliseconds. */
export const KEY_USES_EVERY_MS = 5_000

/** Nothing runs before `start`. */
export function createIdentity(config: GatewayConfig, { registry, now, pause }: IdentityParts): RunningIdentity {
  const { environment, keyTtlMs: ttlMs, keyStaleMs: staleMs } = config
  const keys = new KeyCache({ verify: registry.verifyKey, ttlMs, staleMs, now })
  const uses = new KeyUses({
    tell: registry.keysUsed,
    instance: randomUUID(),
    pause: (signal) => pause(KEY_USES_EVERY_MS, signal),
    now,
  })
  const onUse: KeyUses['count'] = (holder, time) => uses.count(holder, time)
  return {
    authenticate: createAuthenticate({ keys, tokens: tokensOf(config, now), environment, now, onUse }),
    keys,
    start: () => uses.start(),
    stop: () => uses.stop(),
  }
}

function tokensOf({ issuers, environment }: GatewayConfig, now: () => number): Tokens | undefined {
  return issuers.length > 0 ? new Tokens({ issuers, readKeys, environment, now }) : undefined
}
