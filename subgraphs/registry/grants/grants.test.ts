import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ControlClient } from '../../../shared/control/client.js'
import { hashApiKey } from '../../../shared/identity/api-key.js'
import { codeOf, done, registerModel } from '../testing/catalogue.js'
import { ADA, change, EVE, make, person, ROOT, TINA } from '../testing/self-service.js'
import { TestRegistry } from '../testing/test-registry.js'

const RISK = 'predict:payment-risk'
const REASON = { reason: 'Because.' }

let registry: TestRegistry
let control: ControlClient

beforeAll(async () => {
  registry = await TestRegistry.start()
  control = registry.control()
  await registerModel(registry)
})

afterAll(async () => {
  await control.close()
  await registry.remove()
})

const scopesOf = async (key: string) => (await control.verifyKey(hashApiKey(key)))?.scopes
const decide = (mutation: string, who = TINA, client = 'shop', scope = RISK) =>
  change(registry, who, mutation, { client, scope, ...REASON }, '{ scope state decided { by reason } }')

describe('a grant', () => {
  it('is asked for, decided on by the team that owns the model, and held from then on', async () => {
    const { key, client } = await make(registry, ADA, 'shop', { scopes: [RISK, 'admin'] })
    expect(client).toMatchObject({ scopes: [], developers: ['user:ada'] })
    expect(client.grants).toEqual([
      { scope: 'admin', state: 'REQUESTED' },
      { scope: RISK, state: 'REQUESTED' },
    ])
    expect(await scopesOf(key)).toEqual([])
    const requests = '{ grantRequests { client useCase grant { scope asked { by reason } } } }'
    const waiting = { scope: RISK, asked: { by: 'ada', reason: 'Tests (synthetic).' } }
    expect(await done(registry.askAs(TINA, requests))).toEqual({
      grantRequests: [{ client: 'shop', useCase: 'Tests (synthetic).', grant: waiting }],
    })
    expect((await done(registry.askAs(ROOT, requests))).grantRequests).toHaveLength(2)
    expect(await done(registry.askAs(ADA, requests))).toEqual({ grantRequests: [] })
    const approved = { scope: RISK, state: 'APPROVED', decided: { by: 'tina', reason: 'Because.' } }
    expect(await done(decide('approveGrant'))).toEqual({ approveGrant: approved })
    expect(await done(decide('approveGrant'))).toEqual({ approveGrant: approved })
    expect(await scopesOf(key)).toEqual([RISK])
    await done(decide('revokeGrant'))
    expect(await scopesOf(key)).toEqual([])
  })

  it('is given by nobody who does not own what it gives', async () => {
    await make(registry, ADA, 'thief', { scopes: [RISK, 'predict:*', 'admin', 'publish:payments'] })
    const others = [ADA, EVE, person('fraud', ['publish:fraud']), person('app', [RISK, 'catalogue:read'])]
    for (const who of others) expect(codeOf(await decide('approveGrant', who, 'thief'))).toBe('FORBIDDEN')
    for (const scope of ['predict:*', 'admin', 'publish:payments', 'predict:unknown']) {
      expect(codeOf(await decide('approveGrant', TINA, 'thief', scope))).toBe('FORBIDDEN')
    }
    expect((await done(registry.askAs(ADA, '{ client(name: "thief") { scopes } }'))).client.scopes).toEqual([])
  })

  it('that is refused stays so until it is asked for again', async () => {
    await make(registry, ADA, 'refused', { scopes: [RISK] })
    await done(decide('refuseGrant', TINA, 'refused'))
    const again = await decide('approveGrant', TINA, 'refused')
    expect([codeOf(again), again.errors?.[0]?.extensions]).toMatchObject(['CONFLICT', { state: 'REFUSED' }])
    const ask = { client: 'refused', scope: RISK, ...REASON }
    const asked = await done(change(registry, ADA, 'requestGrant', ask, '{ grants { state } }'))
    expect(asked.requestGrant.grants).toEqual([{ state: 'REFUSED' }, { state: 'REQUESTED' }])
    expect(await done(change(registry, ADA, 'requestGrant', ask, '{ grants { state } }'))).toEqual(asked)
    expect(codeOf(await change(registry, EVE, 'requestGrant', ask))).toBe('FORBIDDEN')
    expect(codeOf(await decide('approveGrant', TINA, 'nobody'))).toBe('NOT_FOUND')
    const wrong = { ...ask, scope: 'everything!' }
    expect((await change(registry, ADA, 'requestGrant', wrong)).errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: 'scope',
      received: '"everything!"',
    })
  })

  it('is approved at once where the caller decides on it, and given up by those who hold it', async () => {
    const { client } = await make(registry, TINA, 'own', { scopes: [RISK, 'catalogue:read'], team: 'payments' })
    expect(client.scopes).toEqual([RISK])
    const other = person('another-publisher', ['publish:payments'])
    await done(decide('revokeGrant', other, 'own', 'catalogue:read'))
    expect(codeOf(await decide('revokeGrant', EVE, 'own'))).toBe('FORBIDDEN')
  })

  it('is decided on once, however many decide at the same time', async () => {
    await make(registry, ADA, 'contested', { scopes: [RISK] })
    const answers = await Promise.all(
      ['approveGrant', 'refuseGrant', 'approveGrant', 'refuseGrant'].map((mutation) =>
        decide(mutation, TINA, 'contested'),
      ),
    )
    expect(answers.map(codeOf).filter((code) => code === 'CONFLICT')).toHaveLength(2)
    const query = '{ client(name: "contested") { grants { state } history { nodes { action by } } } }'
    const { grants, history } = (await done(registry.askAs(ADA, query))).client
    expect(grants).toHaveLength(1)
    expect(history.nodes.map(({ by }: { by: string }) => by)).toEqual(['tina', 'ada'])
  })
})
