import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { ModelgraphError } from '../errors/modelgraph-error.js'
import type { Claims, Identity } from './claims.js'

/** Lifetime of a signed identity: long enough for clocks that differ a little, too short to be worth stealing. */
export const IDENTITY_LIFETIME_MS = 30_000

/** Makes the signed identity for a body; `now` is in milliseconds since the epoch. */
export type Signer = (body: string | Uint8Array, now: number) => string

/**
 * Signs who calls for one audience, again and again: `base64url(claims).base64url(HMAC-SHA-256)`. What is the same for
 * every body is written once.
 */
export function createSigner(identity: Identity, audience: string, secret: string): Signer {
  const key = createSecretKey(secret, 'utf8')
  const { subject, client, scopes, environment, criticality } = identity
  const lasting = JSON.stringify({ subject, client, scopes, environment, criticality, audience }).slice(0, -1)
  return (body, now) => {
    const passing = `"issuedAt":${now},"expiresAt":${now + IDENTITY_LIFETIME_MS},"bodyHash":"${hashOf(body)}"`
    const payload = Buffer.from(`${lasting},${passing}}`).toString('base64url')
    return `${payload}.${signatureOf(payload, key)}`
  }
}

/** The same for one body. */
export function signIdentity(
  identity: Identity,
  request: { audience: string; body: string | Uint8Array; now: number },
  secret: string,
): string {
  return createSigner(identity, request.audience, secret)(request.body, request.now)
}

/**
 * Answers the identity a header proves. Throws `UNAUTHENTICATED` when it is missing, forged, expired, meant for another
 * subgraph or signed for another body.
 */
export function verifyIdentity(
  header: string | undefined,
  request: { audience: string; body: string | Uint8Array; now: number },
  secret: string,
): Identity {
  const claims = verifiedClaims(header, secret)
  if (claims.audience !== request.audience) throw refused('is meant for another subgraph')
  if (request.now >= claims.expiresAt) throw refused('has expired')
  if (claims.issuedAt > request.now + IDENTITY_LIFETIME_MS) throw refused('is dated in the future')
  if (claims.bodyHash !== hashOf(request.body)) throw refused('was signed for another body')
  return claims
}

function verifiedClaims(header: string | undefined, secret: string): Claims {
  const [payload, signature, ...rest] = header?.split('.') ?? []
  if (!payload || !signature || rest.length > 0) throw refused('is missing; call the gateway, not the subgraph')
  if (!equal(signature, signatureOf(payload, secret))) throw refused('has a wrong signature')
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Claims
}

function refused(reason: string): ModelgraphError {
  return new ModelgraphError('UNAUTHENTICATED', `The signed identity ${reason}.`)
}

function signatureOf(payload: string, secret: string | KeyObject): string {
  return createHmac('sha256', secret).update(payload).digest('base64url')
}

function hashOf(body: string | Uint8Array): string {
  return createHash('sha256').update(body).digest('base64url')
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
