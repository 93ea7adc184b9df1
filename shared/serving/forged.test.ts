import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { IDENTITY_HEADER, type Identity } from '../identity/claims.js'
import { IDENTITY_LIFETIME_MS, signIdentity } from '../identity/signing.js'
import { GATEWAY_SUBJECT } from '../mesh/protocol.js'
import { sample } from './fixtures/sample.js'
import { APP, SECRET, Served } from './fixtures/served.js'

const GATEWAY: Identity = { subject: GATEWAY_SUBJECT, client: 'gateway', scopes: [], environment: 'test' }
const QUERY = '{ paymentRisk(input: {amount: 1, sinceLastPayment: 1}) { probability } }'
const ADMIN: Identity = { ...APP, subject: 'client:admin', scopes: ['admin'] }

const part = (caller: Identity) => ({
  query: QUERY,
  extensions: { modelgraph: { caller, requestId: 'part-1', deadlineMs: 8_000 } },
})

const BODY = JSON.stringify([part(APP), part(APP)])
const FORGED = JSON.stringify([part(APP), part(ADMIN)])

function sign(
  identity: Identity,
  body: string,
  given: { audience?: string; secret?: string; now?: number } = {},
): string {
  const { audience = sample.name, secret = SECRET, now = Date.now() } = given
  return signIdentity(identity, { audience, body, now }, secret)
}

/** The header with other claims under the same signature. */
function changed(header: string, claims: object): string {
  const [payload = '', ...rest] = header.split('.')
  const given = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  return `${Buffer.from(JSON.stringify({ ...given, ...claims })).toString('base64url')}.${rest.join('.')}`
}

describe('parts of an array that somebody sends around the gateway', () => {
  let served: Served
  let predicted: number
  beforeAll(async () => {
    served = await Served.start()
  })
  afterAll(() => served.stop())
  beforeEach(async () => {
    predicted = await rowsSoFar()
  })

  const rowsSoFar = async () => {
    const text = await (await fetch(`${served.url}/metrics`)).text()
    return Number(/modelgraph_batch_rows_sum\{version_id="payment-risk@1"\} (\d+)/.exec(text)?.[1] ?? 0)
  }
  const send = (body: string, identity: string) => served.post(body, { [IDENTITY_HEADER]: identity })

  const abuses: ReadonlyArray<readonly [what: string, identity: () => string, body: string]> = [
    ['no identity', () => '', BODY],
    ['an identity of another secret', () => sign(GATEWAY, BODY, { secret: `${SECRET}!` }), BODY],
    ['an identity for another subgraph', () => sign(GATEWAY, BODY, { audience: 'registry' }), BODY],
    ['an expired identity', () => sign(GATEWAY, BODY, { now: Date.now() - IDENTITY_LIFETIME_MS - 1 }), BODY],
    ["the gateway's identity, replayed with a part of another caller", () => sign(GATEWAY, BODY), FORGED],
    ["the gateway's identity, replayed with one of its parts", () => sign(GATEWAY, BODY), JSON.stringify(part(APP))],
    [
      "the gateway's identity, replayed with a part more",
      () => sign(GATEWAY, BODY),
      `${BODY.slice(0, -1)},${BODY.slice(1)}`,
    ],
    [
      'an own identity that now says to be the gateway',
      () => changed(sign(APP, BODY), { subject: GATEWAY_SUBJECT }),
      BODY,
    ],
    [
      "the gateway's claims under another caller's signature",
      () => [...sign(GATEWAY, BODY).split('.').slice(0, 2), sign(APP, BODY).split('.')[2]].join('.'),
      BODY,
    ],
    ['an identity twice', () => `${sign(GATEWAY, BODY)}, ${sign(GATEWAY, BODY)}`, BODY],
    ['claims without a signature', () => `${sign(GATEWAY, BODY).split('.')[0]}.`, BODY],
    ['claims that are none, rightly signed by nobody', () => 'bm9uZQ.1.bm9uZQ', BODY],
  ]
  it.each(abuses)('are refused, and nothing is predicted: %s', async (_what, identity, body) => {
    const answer = await send(body, identity())
    expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    expect(await rowsSoFar()).toBe(predicted)
  })

  it('are answered for who signs, not for whom they name: a caller that is not the gateway speaks for itself only', async () => {
    const asked = JSON.stringify([part(ADMIN)])
    const nobody = { ...APP, scopes: [] }
    const [own] = (await (await served.send(asked, {}, nobody)).json()) as { data?: object }[]
    const [plain] = (await (await served.send(JSON.stringify([{ query: QUERY }]), {}, nobody)).json()) as (typeof own)[]
    expect(own && Object.keys(own)).toEqual(plain && Object.keys(plain))
  })

  it('are answered when the gateway has signed all of them', async () => {
    const answers = (await (await served.send(BODY, {}, GATEWAY)).json()) as object[]
    expect(answers).toHaveLength(2)
    expect(await rowsSoFar()).toBe(predicted + 2)
  })
})
