import { createSecretKey } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateApiKey } from '../../shared/identity/api-key.js'
import { IDENTITY_HEADER } from '../../shared/identity/claims.js'
import { signIdentity } from '../../shared/identity/signing.js'
import { exportJWK, exportSPKI, FakeIssuer, type Signed, UnsecuredJWT } from '../testing/fake-issuer.js'
import { keyHolder } from '../testing/key-holder.js'
import { type RawRequest, sendRaw } from '../testing/raw-request.js'
import { type Clinic, fetches, SECRET, startClinic } from '../testing/test-gateway.js'

const BODY = '{"query":"{ whoami { subject scopes } }"}'
const JSON_LINE = 'content-type: application/json'
const HOUR_S = 3_600

/** What is sent, and what of it must stand in no log line and no answer. */
interface Abuse {
  readonly request: Partial<RawRequest>
  readonly secrets: readonly string[]
}

describe('keys and tokens that are abused', () => {
  let clinic: Clinic
  let issuer: FakeIssuer
  let ours: Awaited<ReturnType<FakeIssuer['makeKey']>>
  let theirs: typeof ours
  let key: string
  const secrets = new Set<string>()
  beforeAll(async () => {
    issuer = await FakeIssuer.start()
    ours = await issuer.makeKey('ours')
    theirs = await issuer.makeKey('theirs')
    const rsa = await issuer.makeKey('rsa', 'RS256')
    await issuer.publish(ours, rsa)
    const trusted = issuer.trust({ algorithms: ['ES256', 'RS256'] })
    clinic = await startClinic({ config: { keyTtlMs: 0, issuers: [trusted] } })
    key = clinic.keyFor('patient:read')
    publicPem = await exportSPKI(rsa.publicKey)
  })
  afterAll(() => Promise.all([clinic.stop(), issuer.server.stop()]))

  let publicPem: string
  const seconds = () => Math.floor(Date.now() / 1000)
  const send = async ({ lines = [], ...request }: Partial<RawRequest>) =>
    sendRaw(clinic.gateway.url, { body: BODY, lines: [JSON_LINE, ...lines], ...request })
  const bearing = (credential: string): Abuse => ({
    request: { lines: [`authorization: Bearer ${credential}`] },
    secrets: credential.split(/\.(?=[\w-]+$)/).filter((part) => part.length > 8),
  })
  const inLines = (lines: readonly string[], ...told: readonly string[]): Abuse => ({
    request: { lines },
    secrets: told,
  })
  const token = async (claims: Signed = {}, signer = ours) => bearing(await issuer.sign(signer, claims))
  const held = (given: object): string => {
    const made = generateApiKey('test')
    clinic.registry.addKey(made, keyHolder(given))
    return made
  }
  const changed = (text: string, place: number) =>
    `${text.slice(0, place)}${text[place] === 'A' ? 'B' : 'A'}${text.slice(place + 1)}`
  const identity = { subject: 'client:1', client: 'app', scopes: ['admin'], environment: 'test' }
  const identityFor = (audience: string) => signIdentity(identity, { audience, body: BODY, now: Date.now() }, SECRET)

  const abuses: Readonly<Record<string, () => Abuse | Promise<Abuse>>> = {
    'no credential': () => inLines([]),
    'a scheme without a credential': () => inLines(['authorization: Bearer']),
    'a key without a scheme': () => inLines([`authorization: ${key}`], key),
    'a key under another scheme': () => inLines([`authorization: Basic ${key}`], key),
    'a key in another header': () => inLines([`x-api-key: ${key}`, `cookie: key=${key}`], key),
    'a key in the query string': () => ({
      request: { target: `/graphql?authorization=Bearer%20${key}` },
      secrets: [key],
    }),
    'a key in the path': () => ({ request: { target: `/graphql/${key}`, lines: [] }, secrets: [key] }),
    'a truncated key': () => bearing(key.slice(0, -1)),
    'a lengthened key': () => bearing(`${key}A`),
    'a key with a wrong checksum': () => bearing(changed(key, key.length - 1)),
    'a key with a wrong digit': () => bearing(changed(key, 12)),
    'a key in upper case': () => bearing(key.toUpperCase()),
    'a key nobody holds': () => bearing(generateApiKey('test')),
    'a key of another environment': () => bearing(key.replace('mg_test', 'mg_production')),
    'a good key of another environment': () => bearing(generateApiKey('production')),
    'an expired key': () => bearing(held({ expiresAt: Date.now() - 1 })),
    'a revoked key': async () => {
      const revoked = held({})
      expect((await send(bearing(revoked).request)).status).toBe(200)
      clinic.registry.revokeKey(revoked)
      return bearing(revoked)
    },
    'two authorization headers, the first good': () =>
      inLines([`authorization: Bearer ${key}`, `Authorization: Bearer ${generateApiKey('test')}`], key),
    'two authorization headers, the last good': () =>
      inLines(['authorization: Basic YTpi', `authorization: Bearer ${key}`], key),
    'two credentials in a header': () => inLines([`authorization: Bearer ${key}, Bearer ${key}`], key),
    'an oversized credential': () => bearing('x'.repeat(9_000)),
    'a header that the server does not take': () => bearing('x'.repeat(20_000)),
    'a header folded over two lines': () =>
      inLines([`authorization: Bearer\r\n ${changed(key, 12)}`], changed(key, 12)),
    'a token that is none': () => bearing('aaaaaaaaaa.bbbbbbbbbb.cccccccccc'),
    'a token without its signature': async () => {
      const [head, claims] = (await issuer.sign(ours)).split('.')
      return bearing(`${head}.${claims}.`)
    },
    'a token with other claims': async () => {
      const [head, , signature] = (await issuer.sign(ours)).split('.')
      const claims = (await issuer.sign(ours, { scope: 'admin' })).split('.')[1]
      return bearing(`${head}.${claims}.${signature}`)
    },
    'alg none': () =>
      bearing(
        new UnsecuredJWT({ sub: 'app' })
          .setIssuer(issuer.url)
          .setAudience('graph')
          .setExpirationTime(seconds() + HOUR_S)
          .encode(),
      ),
    'HS256 with the public key as its secret': async () =>
      bearing(
        await issuer.sign(
          { privateKey: createSecretKey(Buffer.from(publicPem)), kid: 'rsa' },
          { header: { alg: 'HS256' } },
        ),
      ),
    'an unknown kid': () => token({}, theirs),
    'the kid of a key it is not signed by': () => token({ header: { kid: 'ours' } }, theirs),
    'a key brought along': async () => token({ header: { jwk: await exportJWK(theirs.publicKey) } }, theirs),
    'a place to fetch its key from': () => token({ header: { jku: issuer.server.url, kid: 'theirs' } }, theirs),
    'a critical extension that is not known': () => token({ header: { crit: ['urgent'], urgent: true } }),
    'a wrong audience': () => token({ aud: 'another-graph' }),
    'no audience': () => token({ aud: undefined }),
    'a wrong issuer': () => token({ iss: 'https://elsewhere.example' }),
    'an expired token': () => token({ exp: seconds() - 31 }),
    'a token that never expires': () => token({ exp: undefined }),
    'a token of the future': () => token({ nbf: seconds() + 60 }),
    'a token that names no client': () => token({ sub: undefined }),
    'an oversized token': () => token({ note: 'x'.repeat(9_000) }),
    'an identity meant for a subgraph': () => inLines([`${IDENTITY_HEADER}: ${identityFor('patients')}`]),
    'an identity as a credential': () => bearing(identityFor('gateway')),
  }

  it.each(Object.entries(abuses))('are refused, and not repeated to anybody: %s', async (_what, abuse) => {
    const before = fetches(clinic)
    const { request, secrets: told } = await abuse()
    const served = fetches(clinic) - before
    for (const secret of told) secrets.add(secret)
    const reply = await send(request)
    // Node's parser refuses by itself what is no header, or too many of them.
    expect([400, 401, 404, 431]).toContain(reply.status)
    if (reply.status === 401) expect(reply.body).toContain('"UNAUTHENTICATED"')
    expect(fetches(clinic) - before).toBe(served)
  })

  it('stand in no line of the log', async () => {
    await send({ lines: [`authorization: Bearer ${key}`], body: '{"query":"query Last { hello }"}' })
    await expect.poll(() => clinic.lines.some(({ operationName }) => operationName === 'Last')).toBe(true)
    const lines = JSON.stringify(clinic.lines)
    expect(secrets.size).toBeGreaterThan(30)
    expect([...secrets].filter((secret) => lines.includes(secret))).toEqual([])
  })

  it('are not good ones: a key, a token, and a scheme in lower case, as HTTP has it', async () => {
    const signed = await issuer.sign(ours, { scope: 'patient:read' })
    for (const credential of [`Bearer ${key}`, `bearer ${key}`, `Bearer ${signed}`]) {
      const reply = await send({ lines: [`authorization: ${credential}`] })
      expect(JSON.parse(reply.body)).toMatchObject({ data: { whoami: { scopes: ['patient:read'] } } })
    }
  })

  it.each([
    ['an identity', [`${IDENTITY_HEADER}: `]],
    ['a deadline', ['x-modelgraph-deadline-ms: 999999999']],
    ['parts', ['x-modelgraph-parts: 1,2', 'x-modelgraph-served: [[["m",1,1,0]]]']],
  ])('do not bring in headers of ours beside a good key: %s', async (_what, lines) => {
    const given = lines.map((line) => (line.startsWith(IDENTITY_HEADER) ? line + identityFor('patients') : line))
    const reply = await send({
      lines: [`authorization: Bearer ${key}`, ...given],
      body: '{"query":"{ whoami { subject scopes deadlineMs } }"}',
    })
    const { whoami } = (JSON.parse(reply.body) as { data: { whoami: { deadlineMs: number } } }).data
    expect(whoami).toMatchObject({ subject: 'client:patient-read', scopes: ['patient:read'] })
    expect(whoami.deadlineMs).toBeLessThanOrEqual(5_000)
  })

  it.each([
    'abcdefgh\rx-modelgraph-identity: y',
    'abcdefgh\nx-modelgraph-identity: y',
    'abcdefgh%0d%0ax-evil: 1',
    'abcdefgh\u0000',
  ])('do not come in by a request id: %j', async (id) => {
    const reply = await send({
      lines: [`authorization: Bearer ${key}`, `x-request-id: ${id}`],
      body: '{"query":"{ whoami { subject requestId } }"}',
    })
    if (reply.status === 200) expect(reply.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$|^abcdefgh$/)
    else expect(reply.status).toBe(400)
    expect(reply.headers).not.toHaveProperty('x-evil')
    expect(reply.body).not.toContain('evil')
  })
})
