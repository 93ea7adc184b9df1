import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto'
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
 * Answers the identity that a header proves for a body; `now` is in milliseconds since the epoch. Throws `UNAUTHENTICATED`
 * when it is missing, forged, expired, meant for another subgraph or signed for another body.
 */
export type Verifier = (header: string | undefined, body: string | Uint8Array, now: number) => Identity

/** Verifies identities meant for one audience, again and again. */
export function createVerifier(audience: string, secret: string): Verifier {
  const key = createSecretKey(secret, 'utf8')
  return (header, body, now) => {
    const claims = verifiedClaims(header, key)
    if (claims.audience !== audience) throw refused('is meant for another subgraph')
    if (now >= claims.expiresAt) throw refused('has expired')
    if (claims.issuedAt > now + IDENTITY_LIFETIME_MS) throw refused('is dated in the future')
    if (claims.bodyHash !== hashOf(body)) throw refused('was signed for another body')
    return claims
  }
}

/** The same for one header. */
export function verifyIdentity(
  header: string | undefined,
  request: { audience: string; body: string | Uint8Array; now: number },
  secret: string,
): Identity {
  return createVerifier(request.audience, secret)(header, request.body, request.now)
}

function verifiedClaims(header: string | undefined, key: KeyObject): Claims {
  const dot = header?.indexOf('.') ?? -1
  const payload = header?.slice(0, Math.max(dot, 0))
  const signature = header?.slice(dot + 1)
  if (!payload || !signature || signature.includes('.')) throw refused('is missing; call the gateway, not the subgraph')
  if (!equal(signature, signatureOf(payload, key))) throw refused('has a wrong signature')
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Claims
}

function refused(reason: string): ModelgraphError {
  return new ModelgraphError('UNAUTHENTICATED', `The signed identity ${reason}.`)
}

function signatureOf(payload: string, key: KeyObject): string {
  return createHmac('sha256', key).update(payload).digest('base64url')
}

function hashOf(body: string | Uint8Array): string {
  return hash('sha256', body, 'base64url')
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
