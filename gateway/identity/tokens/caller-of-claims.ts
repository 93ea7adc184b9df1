import type { JWTPayload } from 'jose'
import { type Environment, NO_LIMITS } from '../../../shared/control/protocol.js'
import type { Caller } from '../caller.js'
import { unauthenticated } from '../unauthenticated.js'
import type { Issuer } from './issuer.js'

/** Longest id or name of a client, in characters. */
const LONGEST_NAME = 200
/** Most scopes of a token. */
const MOST_SCOPES = 200

/**
 * The caller that verified claims name. Its client id begins with the issuer's name, so that no issuer can speak for a
 * client of the registry or of another issuer. Throws `UNAUTHENTICATED` when they name none.
 */
export function callerOfClaims(claims: JWTPayload, issuer: Issuer, environment: Environment): Caller {
  const id = nameIn(claims, issuer.claims.clientId)
  if (!id) throw unauthenticated(`The token's claim ${pathOf(issuer.claims.clientId).join('.')} names no client.`)
  const clientId = `${issuer.name}:${id}`
  const client = nameIn(claims, issuer.claims.client) ?? clientId
  const scopes = granted(scopesIn(claims, issuer.claims.scopes), issuer.grants)
  const criticality = criticalityIn(claims, issuer.claims.criticality)
  const { safelist, ...delivery } = issuer.delivery
  return {
    identity: { subject: `client:${clientId}`, client, scopes, environment, criticality },
    terms: {
      clientId,
      keyId: undefined,
      limits: NO_LIMITS,
      delivery: { ...delivery, safelist: { version: 0, sha256: safelist } },
    },
  }
}

type ClaimPath = Issuer['claims']['clientId']

function nameIn(claims: JWTPayload, claim: ClaimPath): string | undefined {
  const value = valueIn(claims, claim)
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST_NAME ? value : undefined
}

/** Scopes as OAuth writes them, separated by blanks, or as a list. */
function scopesIn(claims: JWTPayload, claim: ClaimPath): readonly string[] {
  const value = valueIn(claims, claim)
  const given = typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : []
  return given.filter((scope): scope is string => typeof scope === 'string' && scope !== '').slice(0, MOST_SCOPES)
}

function granted(given: readonly string[], grants: Issuer['grants']): readonly string[] {
  const held = grants ? given.flatMap((scope) => (Object.hasOwn(grants, scope) ? grants[scope]! : [])) : given
  return [...new Set(held)].sort()
}

function criticalityIn(claims: JWTPayload, claim: ClaimPath | undefined): 'INTERNAL' | 'MISSION_CRITICAL' {
  return claim && valueIn(claims, claim) === 'MISSION_CRITICAL' ? 'MISSION_CRITICAL' : 'INTERNAL'
}

function valueIn(claims: JWTPayload, claim: ClaimPath): unknown {
  return pathOf(claim).reduce<unknown>(
    (value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    claims,
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function pathOf(claim: ClaimPath): readonly string[] {
  return typeof claim === 'string' ? [claim] : claim
}
