import { timingSafeEqual } from 'node:crypto'
import { LruMap } from '../cache/lru-map.js'
import { ModelgraphError } from '../errors/modelgraph-error.js'
import type { Claims, Identity } from './claims.js'
import { createMac, type Mac, type SignedBody } from './mac.js'

/** Lifetime of a signed identity: long enough for clocks that differ a little, too short to be worth stealing. */
export const IDENTITY_LIFETIME_MS = 30_000

/** Makes the signed identity for a body; `now` is in milliseconds since the epoch. */
export type Signer = (body: SignedBody, now: number) => string

/**
 * Signs who calls for one audience, again and again: `base64url(claims).issuedAt.base64url(HMAC-SHA-256)`. The claims are the
 * same for every request, so that they are written once; the MAC (RFC 2104) is over them, the time and the whole body.
 */
export function createSigner(identity: Identity, audience: string, secret: string): Signer {
  const mac = createMac(secret)
  const { subject, client, scopes, environment, criticality } = identity
  const claims: Claims = { subject, client, scopes, environment, ...(criticality && { criticality }), audience }
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return (body, now) => {
    const head = `${payload}.${now}`
    return `${head}.${signatureOf(head, body, mac)}`
  }
}

/** The same for one body. */
export function signIdentity(
  identity: Identity,
  request: { audience: string; body: SignedBody; now: number },
  secret: string,
): string {
  return createSigner(identity, request.audience, secret)(request.body, request.now)
}

/**
 * Answers the identity that a header proves for a body; `now` is in milliseconds since the epoch. Throws `UNAUTHENTICATED`
 * when it is missing, forged, expired, meant for another subgraph or signed for another body.
 */
export type Verifier = (header: string | undefined, body: SignedBody, now: number) => Identity

/** Verifies identities meant for one audience, again and again; who called before is known by its claims. */
export function createVerifier(audience: string, secret: string): Verifier {
  const mac = createMac(secret)
  const known = new LruMap<string, Claims>(KNOWN_CLAIMS)
  const remember = (payload: string): Claims => {
    const claims = claimsOf(payload)
    known.set(payload, claims)
    return claims
  }
  return (header, body, now) => {
    const { payload, issuedAt } = verified(header, body, mac)
    const claims = known.get(payload) ?? remember(payload)
    if (claims.audience !== audience) throw refused('is meant for another subgraph')
    if (now >= issuedAt + IDENTITY_LIFETIME_MS) throw refused('has expired')
    if (issuedAt > now + IDENTITY_LIFETIME_MS) throw refused('is dated in the future')
    return claims
  }
}

/** Callers whose claims are kept at most. Only what was signed is kept at all. */
const KNOWN_CLAIMS = 1_000

/** The same for one header. */
export function verifyIdentity(
  header: string | undefined,
  request: { audience: string; body: SignedBody; now: number },
  secret: string,
): Identity {
  return createVerifier(request.audience, secret)(header, request.body, request.now)
}

/** The parts of a header that was signed for this body. */
function verified(header: string | undefined, body: SignedBody, mac: Mac) {
  const [payload, issuedAt, signature, more] = header?.split('.', 4) ?? []
  if (!payload || !issuedAt || !signature || more !== undefined) {
    throw refused('is missing; call the gateway, not the subgraph')
  }
  if (!equal(signature, signatureOf(`${payload}.${issuedAt}`, body, mac))) {
    throw refused('has a wrong signature, or was signed for another body')
  }
  return { payload, issuedAt: Number(issuedAt) }
}

function claimsOf(payload: string): Claims {
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Claims
}

function refused(reason: string): ModelgraphError {
  return new ModelgraphError('UNAUTHENTICATED', `The signed identity ${reason}.`)
}

/** The head has two parts and the body follows a dot, so that no byte can pass from one to the other. */
function signatureOf(head: string, body: SignedBody, mac: Mac): string {
  return mac(`${head}.`, body)
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
