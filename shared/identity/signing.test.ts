import { describe, expect, it } from 'vitest'
import { IDENTITY_LIFETIME_MS, signIdentity, verifyIdentity } from './signing.js'

const secret = 'a secret of the mesh that is long enough'
const now = 1_800_000_000_000
const identity = { subject: 'client:1', client: 'app', scopes: ['predict:fraud-detector'], environment: 'test' }
const request = { audience: 'fraud', body: '{"query":"{ x }"}', now }
const header = signIdentity(identity, request, secret)

describe('a signed identity', () => {
  it('proves who calls to the subgraph it is meant for', () => {
    expect(verifyIdentity(header, request, secret)).toMatchObject(identity)
  })

  it('is of a body, in however many pieces it is', () => {
    const body = [request.body.slice(0, 5), request.body.slice(5)].map((piece) => Buffer.from(piece))
    expect(signIdentity(identity, { ...request, body }, secret)).toBe(header)
  })

  it.each([
    ['is missing', undefined, request, secret],
    ['has no signature', header.split('.')[0], request, secret],
    ['has a fourth part', `${header}.x`, request, secret],
    ['had its time changed', header.replace(String(now), String(now + 1)), request, secret],
    [
      'took a byte of the body',
      header.replace(String(now), `${now}.{`),
      { ...request, body: request.body.slice(1) },
      secret,
    ],
    ['is signed with another secret', header, request, `${secret}!`],
    ['is meant for another subgraph', header, { ...request, audience: 'vision' }, secret],
    ['was signed for another body', header, { ...request, body: '{}' }, secret],
    ['has expired', header, { ...request, now: now + IDENTITY_LIFETIME_MS }, secret],
    ['is dated in the future', header, { ...request, now: now - IDENTITY_LIFETIME_MS - 1 }, secret],
    ['had its claims changed', forged(header), request, secret],
  ])('is refused when it %s', (_reason, value, at, key) => {
    expect(() => verifyIdentity(value, at, key)).toThrowError(expect.objectContaining({ code: 'UNAUTHENTICATED' }))
  })
})

function forged(signed: string): string {
  const [payload, issuedAt, signature] = signed.split('.')
  const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString())
  return `${Buffer.from(JSON.stringify({ ...claims, scopes: ['admin'] })).toString('base64url')}.${issuedAt}.${signature}`
}
