import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, codeOf, done, publishVersion, READER, registerModel, TEAM } from '../testing/catalogue.js'
import { CONTRACT, contractOf } from '../testing/payment-risk.js'
import { TestRegistry } from '../testing/test-registry.js'

const MODELS = `query ($team: String, $search: String, $first: Int, $after: String) {
  models(team: $team, search: $search, first: $first, after: $after) {
    nodes { name } edges { cursor } pageInfo { hasNextPage endCursor }
  }
}`
const REGISTER = `mutation ($input: RegisterModelInput!) {
  registerModel(input: $input) { name description contractNumber contract team { name } }
}`
const SET_ALIAS = `mutation ($version: Int!, $alias: String = "champion", $model: String = "payment-risk") {
  setAlias(model: $model, alias: $alias, version: $version, reason: "Better recall.") {
    champion { id } aliases { name version } aliasHistory { alias from to by reason }
  }
}`

let registry: TestRegistry

beforeAll(async () => {
  registry = await TestRegistry.start()
  await registerModel(registry)
  await publishVersion(registry, 'risk-1')
  await publishVersion(registry, 'risk-2', { version: 2 })
  for (const place of [1, 2, 3, 4]) await registerModel(registry, `churn-${place}`, `Zürich customers who leave, ${place}`)
})

afterAll(() => registry.remove())

async function names(variables: object): Promise<string[]> {
  const { models } = await done(registry.ask(READER, MODELS, variables))
  return models.nodes.map(({ name }: { name: string }) => name)
}

function register(input: object, scopes: readonly string[] = TEAM) {
  const given = { name: 'payment-risk', team: 'payments', contract: CONTRACT, ...input }
  return registry.ask(scopes, REGISTER, { input: given })
}

describe('the catalogue', () => {
  it('pages through models by cursor, each once', async () => {
    const seen: string[] = []
    let after: string | null = null
    for (let pages = 0; pages < 3; pages++) {
      const { models } = await done(registry.ask(READER, MODELS, { first: 2, after }))
      seen.push(...models.nodes.map(({ name }: { name: string }) => name))
      after = models.pageInfo.endCursor
      expect(models.pageInfo.hasNextPage).toBe(pages < 2)
    }
    expect(seen).toEqual(['churn-1', 'churn-2', 'churn-3', 'churn-4', 'payment-risk'])
  })

  it('finds models whose words begin like those of the search', async () => {
    expect(await names({ search: 'ZURICH cust' })).toHaveLength(4)
    expect(await names({ search: 'leave 3' })).toEqual(['churn-3'])
    expect(await names({ search: 'disp' })).toEqual(['payment-risk'])
    expect(await names({ search: 'isputed' })).toEqual([])
    expect(await names({ search: '.* ^' })).toHaveLength(5)
    expect(await names({ team: 'fraud' })).toEqual([])
    expect(await names({ team: 'payments', search: 'churn', first: 1 })).toEqual(['churn-1'])
  })

  it('refuses pages and cursors that are none', async () => {
    for (const variables of [{ first: 0 }, { first: 101 }, { after: 'no cursor' }, { search: 'x'.repeat(201) }]) {
      expect(codeOf(await registry.ask(READER, MODELS, variables))).toBe('BAD_USER_INPUT')
    }
  })

  it('names what it does not know, and what may have been meant', async () => {
    const model = await registry.ask(READER, '{ model(name: "churn1") { name } }')
    expect(model.errors?.[0]).toMatchObject({
      message: 'There is no model "churn1". Did you mean churn-1?',
      extensions: { code: 'MODEL_NOT_FOUND' },
    })
    const version = await registry.ask(READER, '{ modelVersion(id: "payment-risk@9") { id } }')
    expect(version.errors?.[0]).toMatchObject({
      message: 'There is no model version "payment-risk@9". The latest is 2.',
      extensions: { code: 'MODEL_NOT_FOUND' },
    })
  })

  it('tells callers who they are', async () => {
    expect(await done(registry.ask(['catalogue:read', 'predict:x'], '{ me { client scopes environment } }'))).toEqual({
      me: { client: 'tester', scopes: ['catalogue:read', 'predict:x'], environment: 'test' },
    })
  })
})

describe('registering a model', () => {
  it('again changes nothing', async () => {
    const { registerModel: model } = await done(register({}))
    expect(model).toMatchObject({ contractNumber: 1, team: { name: 'payments' } })
  })

  it('with a changed contract counts a new one when the active versions fit it', async () => {
    const contract = { ...CONTRACT, responseTimeMs: 80 }
    const { registerModel: changed } = await done(register({ contract }))
    expect(changed).toMatchObject({ contractNumber: 2, contract: { responseTimeMs: 80 } })
    expect((await done(register({}))).registerModel).toMatchObject({ contractNumber: 3, contract: CONTRACT })
  })

  it('with a contract that an active version does not fit is refused, with both sides', async () => {
    const [first] = CONTRACT.input.features
    const contract = { ...CONTRACT, input: { ...CONTRACT.input, features: [first] } }
    const answer = await register({ contract })
    expect(codeOf(answer)).toBe('CONTRACT_MISMATCH')
    expect(answer.errors?.[0]?.message).toContain('payment-risk@1, which is active: input tensor features')
    expect((await done(register({}))).registerModel.contractNumber).toBe(3)
  })

  it('needs a contract, of this model, and a team that exists', async () => {
    const features = [{ ...CONTRACT.input.features[0], name: 'a b' }]
    const broken = await register({ contract: { ...CONTRACT, input: { ...CONTRACT.input, features } } })
    expect(broken.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: 'contract.input.features.0.name',
    })
    expect(codeOf(await register({ contract: contractOf('other') }))).toBe('BAD_USER_INPUT')
    expect(codeOf(await register({ name: 'Payment Risk' }))).toBe('BAD_USER_INPUT')
    expect(codeOf(await register({ team: 'nobody' }, ADMIN))).toBe('NOT_FOUND')
  })

  it('is for its team', async () => {
    expect(codeOf(await register({}, ['publish:fraud']))).toBe('FORBIDDEN')
    expect(codeOf(await register({ team: 'fraud' }, ['publish:fraud']))).toBe('NOT_FOUND')
    await done(registry.ask(ADMIN, 'mutation { registerTeam(input: { name: "fraud" }) { name title } }'))
    expect(codeOf(await register({ team: 'fraud' }, ['publish:fraud']))).toBe('FORBIDDEN')
    expect(codeOf(await registry.ask(TEAM, 'mutation { registerTeam(input: { name: "x-team" }) { name } }'))).toBe(
      'FORBIDDEN',
    )
  })
})

describe('an alias', () => {
  it('moves with its history', async () => {
    const { setAlias } = await done(registry.ask(TEAM, SET_ALIAS, { version: 2 }))
    expect(setAlias).toMatchObject({ champion: { id: 'payment-risk@2' }, aliases: [{ name: 'champion', version: 2 }] })
    expect(setAlias.aliasHistory).toEqual([
      { alias: 'champion', from: 1, to: 2, by: 'tester', reason: 'Better recall.' },
      { alias: 'champion', from: null, to: 1, by: 'tester', reason: 'First version of the model.' },
    ])
    expect((await done(registry.ask(TEAM, SET_ALIAS, { version: 2 }))).setAlias.aliasHistory).toHaveLength(2)
  })

  it('names a version that exists, and is moved by its team', async () => {
    expect(codeOf(await registry.ask(TEAM, SET_ALIAS, { version: 3 }))).toBe('MODEL_NOT_FOUND')
    expect(codeOf(await registry.ask(TEAM, SET_ALIAS, { version: 1, alias: '1' }))).toBe('BAD_USER_INPUT')
    expect(codeOf(await registry.ask(TEAM, SET_ALIAS, { version: 1, model: 'nothing' }))).toBe('MODEL_NOT_FOUND')
    expect(codeOf(await registry.ask(READER, SET_ALIAS, { version: 1 }))).toBe('FORBIDDEN')
  })

  it('moved by many at once has a history without holes', async () => {
    const moves = Array.from({ length: 8 }, (_, place) =>
      registry.ask(TEAM, SET_ALIAS, { version: (place % 2) + 1, alias: 'canary-candidate' }),
    )
    await Promise.all(moves.map(done))
    const { model } = await done(
      registry.ask(READER, '{ model(name: "payment-risk") { aliases { name version } aliasHistory { alias from to } } }'),
    )
    const changes = model.aliasHistory.filter(({ alias }: { alias: string }) => alias === 'canary-candidate').reverse()
    expect(changes[0].from).toBeNull()
    for (const [place, { from }] of changes.slice(1).entries()) expect(from).toBe(changes[place].to)
    expect(model.aliases).toContainEqual({ name: 'canary-candidate', version: changes.at(-1).to })
  })
})
