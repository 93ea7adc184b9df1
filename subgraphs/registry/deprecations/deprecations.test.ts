import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ControlClient } from '../../../shared/control/client.js'
import { ADMIN, codeOf, done, publishVersion, READER, registerModel, TEAM } from '../testing/catalogue.js'
import { TestRegistry } from '../testing/test-registry.js'

const DAY_MS = 86_400_000
const SUNSET = new Date(Date.now() + 30 * DAY_MS)
const LATER = new Date(SUNSET.getTime() + DAY_MS)
const PAST = new Date('2026-01-01T00:00:00Z')
const RESULT = '{ name deprecation { since sunsetAt reason replacement by } warnings }'
const VERSION = `mutation ($id: ID!, $input: DeprecationInput!) { result: deprecateModelVersion(id: $id, input: $input) ${RESULT} }`
const MODEL = `mutation ($id: String!, $input: DeprecationInput!) { result: deprecateModel(model: $id, input: $input) ${RESULT} }`
const WITHDRAW_VERSION = `mutation ($id: ID!, $reason: String = "Not yet.") {
  result: withdrawModelVersionDeprecation(id: $id, reason: $reason) ${RESULT} }`
const WITHDRAW_MODEL = `mutation ($id: String!, $reason: String = "Not yet.") {
  result: withdrawModelDeprecation(model: $id, reason: $reason) ${RESULT} }`
const CATALOGUE = `{
  model(name: "payment-risk") {
    deprecation { sunsetAt reason replacement }
    deprecationHistory { action version by reason sunsetAt replacement }
    versions { id deprecation { sunsetAt } }
  }
}`
const START = `mutation ($version: Int!, $revision: Int!) { startRollout(
  model: "payment-risk", input: { version: $version, steps: [{ weight: 5, durationMs: 60000 }] }, reason: "Try.", revision: $revision
) { revision } }`

let registry: TestRegistry
let control: ControlClient

beforeAll(async () => {
  registry = await TestRegistry.start({ rolloutTickMs: 50 })
  control = registry.control()
  await registerModel(registry)
  await registerModel(registry, 'payment-score')
  await publishVersion(registry, 'risk-1')
  await publishVersion(registry, 'risk-2', { version: 2 })
  await publishVersion(registry, 'risk-1', { version: 3 })
})

afterAll(async () => {
  await control.close()
  await registry.remove()
})

function announce(id: string, input: object = {}, scopes: readonly string[] = TEAM) {
  const given = { sunsetAt: SUNSET, replacement: 'payment-risk@3', reason: 'It is old.', ...input }
  return registry.ask(scopes, id.includes('@') ? VERSION : MODEL, { id, input: given })
}

function withdraw(id: string, scopes: readonly string[] = TEAM) {
  return registry.ask(scopes, id.includes('@') ? WITHDRAW_VERSION : WITHDRAW_MODEL, { id })
}

async function catalogue() {
  return (await done(registry.ask(READER, CATALOGUE))).model
}

async function deployed() {
  const polled = await control.deployments(['payment-risk'])
  if (polled === 'unchanged') throw new Error('a poll without a tag always answers')
  return polled
}

async function revision(): Promise<number> {
  return (await done(registry.ask(READER, '{ rollout(model: "payment-risk") { revision } }'))).rollout.revision
}

describe('deprecating', () => {
  it.each([
    ['an unknown model', 'payments-risk', {}, 'MODEL_NOT_FOUND', undefined],
    ['an unknown version', 'payment-risk@9', {}, 'MODEL_NOT_FOUND', undefined],
    ['what is no version', 'payment-risk@two', {}, 'MODEL_NOT_FOUND', undefined],
    ['a sunset that is past', 'payment-risk@2', { sunsetAt: PAST }, 'BAD_USER_INPUT', 'input.sunsetAt'],
    [
      'a sunset in eleven years',
      'payment-risk@2',
      { sunsetAt: new Date(Date.now() + 4_018 * DAY_MS) },
      'BAD_USER_INPUT',
      'input.sunsetAt',
    ],
    ['no reason', 'payment-risk@2', { reason: '' }, 'BAD_USER_INPUT', 'input.reason'],
    [
      'itself for a replacement',
      'payment-risk@2',
      { replacement: 'payment-risk@2' },
      'BAD_USER_INPUT',
      'input.replacement',
    ],
    [
      'its own model for a replacement',
      'payment-risk@2',
      { replacement: 'payment-risk' },
      'BAD_USER_INPUT',
      'input.replacement',
    ],
    [
      'a version of another model',
      'payment-risk@2',
      { replacement: 'payment-score@1' },
      'BAD_USER_INPUT',
      'input.replacement',
    ],
    ['a version for a model', 'payment-risk', {}, 'BAD_USER_INPUT', 'input.replacement'],
    ['an unknown replacement', 'payment-risk@2', { replacement: 'payment-risk@8' }, 'MODEL_NOT_FOUND', undefined],
    [
      'an unknown model for a replacement',
      'payment-risk',
      { replacement: 'paymentscore' },
      'MODEL_NOT_FOUND',
      undefined,
    ],
    ['a champion that nothing replaces', 'payment-risk@1', { replacement: null }, 'CONFLICT', 'input.replacement'],
  ])('refuses %s, and nothing changes', async (_what, id, input, code, path) => {
    const answer = await announce(id, input)
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code, ...(path && { path }) })
    expect(await catalogue()).toMatchObject({ deprecation: null, deprecationHistory: [] })
  })

  it('is for the team of the model', async () => {
    for (const id of ['payment-risk', 'payment-risk@2']) {
      const answers = [await announce(id, {}, ['publish:others']), await withdraw(id, ['publish:others'])]
      expect(answers.map(codeOf)).toEqual(['FORBIDDEN', 'FORBIDDEN'])
    }
  })

  it('a version is told in the catalogue, the history and to its subgraph, which a long poll wakes', async () => {
    const { etag, deployments } = await deployed()
    expect(deployments.models[0]).not.toHaveProperty('notices')
    const polling = control.deployments(['payment-risk'], { etag, waitMs: 30_000 })
    const { result } = await done(announce('payment-risk@2'))
    const told = { sunsetAt: SUNSET.toISOString(), reason: 'It is old.', replacement: 'payment-risk@3' }
    expect(result).toMatchObject({ name: 'payment-risk@2', deprecation: { ...told, by: 'tester' }, warnings: [] })
    const notice = { ...told, sunsetAt: SUNSET.getTime() }
    expect(await polling).toMatchObject({ deployments: { models: [{ notices: { versions: { 2: notice } } }] } })
    const { deprecation, deprecationHistory, versions } = await catalogue()
    expect(deprecation).toBeNull()
    expect(versions.map((version: { deprecation: object | null }) => version.deprecation)).toEqual([
      null,
      { sunsetAt: SUNSET.toISOString() },
      null,
    ])
    expect(deprecationHistory).toEqual([{ action: 'DEPRECATED', version: 2, by: 'tester', ...told }])
  })

  it('again changes nothing; with another sunset it moves, and keeps when it was announced', async () => {
    const before = (await done(announce('payment-risk@2'))).result.deprecation
    expect((await catalogue()).deprecationHistory).toHaveLength(1)
    const { deprecation } = (await done(announce('payment-risk@2', { sunsetAt: LATER }))).result
    expect(deprecation).toEqual({ ...before, sunsetAt: LATER.toISOString() })
    expect((await catalogue()).deprecationHistory).toHaveLength(2)
  })

  it('needs a replacement that lives longer', async () => {
    const answer = await announce('payment-risk@3', { sunsetAt: LATER, replacement: 'payment-risk@2' })
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: 'input.replacement' })
  })

  it('a champion warns, and is withdrawn again', async () => {
    const { result } = await done(announce('payment-risk@1'))
    expect(result.warnings).toEqual([expect.stringMatching(/^It is champion in test/)])
    expect((await done(withdraw('payment-risk@1'))).result).toEqual({
      name: 'payment-risk@1',
      deprecation: null,
      warnings: [],
    })
    expect((await catalogue()).deprecationHistory[0]).toEqual({
      action: 'WITHDRAWN',
      version: 1,
      by: 'tester',
      reason: 'Not yet.',
      sunsetAt: null,
      replacement: null,
    })
    const records = (await catalogue()).deprecationHistory.length
    await done(withdraw('payment-risk@1'))
    expect((await catalogue()).deprecationHistory).toHaveLength(records)
  })
})

describe('a retired version', () => {
  it('gets no traffic by a rollout, an alias, or as fallback or shadow', async () => {
    await done(announce('payment-risk@2', { sunsetAt: PAST }, ADMIN))
    const rest = `model: "payment-risk", reason: "Try.", revision: ${await revision()}`
    const answers = [
      await registry.ask(TEAM, START, { version: 2, revision: await revision() }),
      await registry.ask(
        TEAM,
        'mutation { setAlias(model: "payment-risk", alias: "champion", version: 2, reason: "x") { name } }',
      ),
      await registry.ask(
        TEAM,
        'mutation { setAlias(model: "payment-risk", alias: "rival", version: 2, reason: "x") { name } }',
      ),
      await registry.ask(TEAM, `mutation { setFallback(${rest}, version: 2) { revision } }`),
      await registry.ask(TEAM, `mutation { setShadows(${rest}, shadows: [{ version: 2, sample: 10 }]) { revision } }`),
    ]
    expect(answers.map(codeOf)).toEqual(answers.map(() => 'MODEL_RETIRED'))
    expect(answers[0]?.errors?.[0]?.message).toContain('2026-01-01T00:00:00.000Z. Use payment-risk@3 instead.')
    await done(withdraw('payment-risk@2'))
  })

  it('that is a canary has its rollout rolled back by itself', async () => {
    await done(registry.ask(TEAM, START, { version: 2, revision: await revision() }))
    await done(announce('payment-risk@2', { sunsetAt: PAST }, ADMIN))
    const latest = '{ rolloutHistory(model: "payment-risk", first: 1) { nodes { by action reason } } }'
    const last = async () => (await done(registry.ask(READER, latest))).rolloutHistory.nodes[0]
    while ((await last()).action !== 'rollBack') await new Promise(setImmediate)
    expect(await last()).toMatchObject({ by: 'rollout', reason: 'Version 2 was retired at 2026-01-01T00:00:00.000Z.' })
  })

  it('is no replacement', async () => {
    const answer = await announce('payment-risk@1', { replacement: 'payment-risk@2' })
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: 'input.replacement' })
  })
})

describe('a deprecated model', () => {
  const PUBLISH =
    'mutation ($input: PublishSubgraphInput!) { publishSubgraph(input: $input) { accepted supergraphVersion } }'
  const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key" "@requiresScopes"])
    type PaymentRisk { probability: Float }
    type Account @key(fields: "id") { id: ID! risk: PaymentRisk @requiresScopes(scopes: [["predict:payment-risk"]]) }
    type Query { paymentRisk: PaymentRisk paymentRiskMany: [PaymentRisk] other: PaymentRisk }`

  function publish(sdl: string) {
    const input = { name: 'payments', team: 'payments', url: 'http://payments.test/graphql', sdl }
    return done(registry.ask(TEAM, PUBLISH, { input }))
  }

  async function graph(): Promise<{ version: number; deprecated: string[] }> {
    const { version, sdl } = (await done(registry.ask(READER, '{ supergraph { version sdl } }'))).supergraph
    const deprecated = [...sdl.matchAll(/^ *(\w+)[^\n]*: [^\n]*@deprecated\(reason: "([^"]*)"\)/gm)]
    return { version, deprecated: deprecated.map(([, field, reason]) => `${field}: ${reason}`).sort() }
  }

  const reason = `Answers MODEL_RETIRED from ${SUNSET.toISOString()}. Use payment-score instead. It is old.`
  const shown = ['paymentRisk', 'paymentRiskMany', 'risk'].map((field) => `${field}: ${reason}`)

  it('is so in the graph at once, after the next publication, and no more once it is withdrawn', async () => {
    await publish(SDL)
    const { version, deprecated } = await graph()
    expect(deprecated).toEqual([])
    await done(announce('payment-risk', { replacement: 'payment-score' }))
    expect(await graph()).toEqual({ version: version + 1, deprecated: shown })
    expect((await deployed()).deployments.models[0]?.notices?.model?.replacement).toBe('payment-score')
    await publish(SDL.replace('other:', 'another:'))
    expect(await graph()).toEqual({ version: version + 2, deprecated: shown })
    await done(withdraw('payment-risk'))
    expect(await graph()).toEqual({ version: version + 3, deprecated: [] })
    const { subgraph } = await done(
      registry.ask(READER, '{ subgraph(name: "payments") { sdl schemaHistory { schemaVersion } } }'),
    )
    expect(subgraph.sdl).not.toContain('@deprecated')
    expect(subgraph.schemaHistory).toEqual([{ schemaVersion: 2 }, { schemaVersion: 1 }])
  })

  it('becomes so in the graph, where a crash came between', async () => {
    const { version } = await graph()
    await registry.withDatabase(({ models }) =>
      models.updateOne(
        { _id: 'payment-risk' },
        {
          $set: {
            'deprecations.model': {
              since: PAST,
              sunsetAt: SUNSET,
              reason: 'It is old.',
              replacement: 'payment-score',
              by: 'tester',
            },
          },
        },
      ),
    )
    while ((await graph()).version === version) await new Promise(setImmediate)
    expect(await graph()).toEqual({ version: version + 1, deprecated: shown })
  })
})

describe('a retired model', () => {
  it('gets no version any more, until its retirement is withdrawn', async () => {
    const publish = () => publishVersion(registry, 'risk-1', { model: 'payment-score' })
    await done(announce('payment-score', { sunsetAt: PAST, replacement: 'payment-risk' }, ADMIN))
    const { errors } = await publish()
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('payment-score was retired at 2026-01-01T00:00:00.000Z.'),
      extensions: { code: 'MODEL_RETIRED', retired: 'payment-score', replacement: 'payment-risk' },
    })
    await done(withdraw('payment-score'))
    expect((await done(publish())).publishModelVersion).toMatchObject({ created: true, version: { version: 1 } })
  })
})
