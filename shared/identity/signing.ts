import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { ModelgraphError } from '../errors/modelgraph-error.js'
import type { Claims, Identity } from './claims.js'

/** Lifetime of a signed identity: long enough for clocks that differ a little, too short to be worth stealing. */
export const IDENTITY_LIFETIME_MS = 30_000

/**
 * Signs who calls for one audience and one body: `base64url(claims).base64url(HMAC-SHA-256)`.
 * `now` is in milliseconds since the epoch.
 */
export function signIdentity(
  identity: Identity,
  request: { audience: string; body: string | Uint8Array; now: number },
  secret: string,
): string {
  const claims: Claims = {
    subject: identity.subject,
    client: identity.client,
    scopes: identity.scopes,
    environment: identity.environment,
    ...(identity.criticality && { criticality: identity.criticality }),
    audience: request.audience,
    issuedAt: request.now,
    expiresAt: request.now + IDENTITY_LIFETIME_MS,
    bodyHash: hashOf(request.body),
  }
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `${payload}.${signatureOf(payload, secret)}`
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

function signatureOf(payload: string, secret: string): string {
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
