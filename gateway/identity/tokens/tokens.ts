import { createHash } from 'node:crypto'
import { decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import { LruMap } from '../../../shared/cache/lru-map.js'
import type { Environment } from '../../../shared/control/protocol.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Caller } from '../caller.js'
import { unauthenticated } from '../unauthenticated.js'
import { callerOfClaims } from './caller-of-claims.js'
import type { Issuer } from './issuer.js'
import { SigningKeys } from './signing-keys.js'

export interface TokensOptions {
  readonly issuers: readonly Issuer[]
  /** Reads the keys of an issuer from its URL. */
  readonly readKeys: (url: string) => Promise<JSONWebKeySet>
  readonly environment: Environment
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Tokens remembered at most (default 10,000). */
  readonly capacity?: number
}

interface Trusted {
  readonly issuer: Issuer
  readonly keys: SigningKeys
}

interface Verified {
  readonly caller: Caller
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly keys: SigningKeys
  /** Of the keys that it was verified with. */
  readonly generation: number
}

/**
 * Who bears a token (JWT) of a trusted issuer. A verified token is remembered by its hash until it expires or its issuer's
 * keys change; its caller is one object for that time.
 */
export class Tokens {
  private readonly trusted: ReadonlyMap<string, Trusted>
  private readonly verified: LruMap<string, Verified>

  constructor(private readonly options: TokensOptions) {
    const { issuers, readKeys, now, capacity = 10_000 } = options
    this.trusted = new Map(
      issuers.map((issuer) => [
        issuer.issuer,
        { issuer, keys: new SigningKeys({ read: () => readKeys(issuer.jwks), now }) },
      ]),
    )
    this.verified = new LruMap(capacity)
  }

  /**
   * At once for a token that is remembered. Fails with `UNAUTHENTICATED` for a token that is malformed, expired, not yet valid, forged, of another issuer or meant for
   * somebody else, and `ISSUER_UNAVAILABLE` when the keys to tell are not to be had.
   */
  callerOf(token: string): Caller | Promise<Caller> {
    const hash = createHash('sha256').update(token).digest('base64')
    const known = this.verified.get(hash)
    return known && this.holds(known) ? known.caller : this.learn(token, hash)
  }

  private async learn(token: string, hash: string): Promise<Caller> {
    const trusted = this.trustedIssuerOf(token)
    const claims = await this.verify(token, trusted)
    const { issuer, keys } = trusted
    const caller = callerOfClaims(claims, issuer, this.options.environment)
    const expiresAt = (claims.exp! + issuer.clockSkewSeconds) * 1000
    this.verified.set(hash, { caller, expiresAt, keys, generation: keys.generation })
    return caller
  }

  private holds({ expiresAt, keys, generation }: Verified): boolean {
    keys.refresh()
    return this.options.now() < expiresAt && keys.generation === generation
  }

  /** What the token says of its issuer chooses the keys that must prove it. */
  private trustedIssuerOf(token: string): Trusted {
    const issuer = claimedIssuer(token)
    const trusted = issuer === undefined ? undefined : this.trusted.get(issuer)
    if (!trusted) throw unauthenticated('The token is malformed, or its issuer is not trusted here.')
    return trusted
  }

  private async verify(token: string, { issuer, keys }: Trusted): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keys.keyOf, {
        issuer: issuer.issuer,
        audience: issuer.audience,
        algorithms: issuer.algorithms,
        clockTolerance: issuer.clockSkewSeconds,
        currentDate: new Date(this.options.now()),
        requiredClaims: ['exp'],
      })
      return payload
    } catch (error) {
      throw error instanceof ModelgraphError ? error : refusalOf(error)
    }
  }
}

function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

/** Says what is wrong, never what came. */
function refusalOf(error: unknown): ModelgraphError {
  if (error instanceof errors.JWTExpired) return unauthenticated('The token has expired.')
  if (error instanceof errors.JWTClaimValidationFailed) {
    return unauthenticated(`The token's claim ${error.claim} is not what it must be here.`)
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return unauthenticated("The token's algorithm is not allowed.")
  if (error instanceof errors.JOSEError) return unauthenticated('The token is not signed by a key of its issuer.')
  return unauthenticated('The token cannot be verified.')
}
