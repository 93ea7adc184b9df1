import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, codeOf, done, publishVersion, READER, registerModel, TEAM } from '../testing/catalogue.js'
import { TestRegistry } from '../testing/test-registry.js'

const ROLLOUT = '{ rollout(model: "payment-risk") { ...rollout } }'
const FIELDS = `fragment rollout on Rollout {
  model revision state reason changedBy champion fallback shadows { version sample }
  canary { version { id } weight admitted step steps { weight } gate { threshold } failures }
}`
const START = `mutation ($model: String = "payment-risk", $input: StartRolloutInput!, $revision: Int!, $reason: String = "Try it.") {
  startRollout(model: $model, input: $input, reason: $reason, revision: $revision) { ...rollout }
} ${FIELDS}`
const STEPS = [
  { weight: 5, durationMs: 60_000 },
  { weight: 50, durationMs: 60_000 },
]

let registry: TestRegistry

beforeAll(async () => {
  registry = await TestRegistry.start()
  await registerModel(registry)
  await publishVersion(registry, 'risk-1')
  await publishVersion(registry, 'risk-2', { version: 2 })
  await publishVersion(registry, 'risk-1', { version: 3 })
})

afterAll(() => registry.remove())

async function rollout() {
  return (await done(registry.ask(READER, `${ROLLOUT} ${FIELDS}`))).rollout
}

function start(input: object = {}, variables: object = {}, scopes: readonly string[] = TEAM) {
  return registry.ask(scopes, START, { input: { version: 2, steps: STEPS, ...input }, ...variables })
}

/** A mutation that takes nothing but reason and revision. */
async function change(name: string, revision: number, reason = 'Decided.', rest = '') {
  const mutation = `mutation ($reason: String!, $revision: Int!) {
    ${name}(model: "payment-risk", reason: $reason, revision: $revision ${rest}) { ...rollout }
  } ${FIELDS}`
  return registry.ask(TEAM, mutation, { reason, revision })
}

async function liveAt(time: Date) {
  const query = `query ($time: DateTimeISO!) {
    liveAt(model: "payment-risk", time: $time) { state champion canary { version weight step } shadows { version } }
  }`
  return (await done(registry.ask(READER, query, { time: time.toISOString() }))).liveAt
}

describe('the rollout of a model', () => {
  it('begins with its first version as champion', async () => {
    expect(await rollout()).toMatchObject({ revision: 1, state: 'STEADY', champion: 1, canary: null, fallback: null })
    const { model } = await done(registry.ask(READER, '{ model(name: "payment-risk") { rollout { revision } } }'))
    expect(model.rollout).toEqual({ revision: 1 })
  })

  it.each([
    ['weight 101', { steps: [{ weight: 101, durationMs: 1 }] }, 'BAD_USER_INPUT', 'steps.0.weight'],
    ['steps that go down', { steps: [STEPS[1], STEPS[0]] }, 'BAD_USER_INPUT', 'steps.1.weight'],
    ['a canary that is the champion', { version: 1 }, 'BAD_USER_INPUT', 'version'],
    ['an unknown version', { version: 9 }, 'MODEL_NOT_FOUND', 'version'],
    [
      'a gate with no data source',
      { gate: { conditions: [{ measure: 'CONVERSION_RATE', bound: 0.02 }] } },
      'BAD_USER_INPUT',
      'gate.conditions.0.measure',
    ],
  ])('is not started with %s, and nothing changes', async (_what, input, code, path) => {
    const before = await rollout()
    const answer = await start(input, { revision: 1 })
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code, path })
    expect(await rollout()).toEqual(before)
  })

  it('is not started for an unknown model, without a reason, by another team', async () => {
    expect(codeOf(await start({}, { model: 'nothing', revision: 1 }))).toBe('MODEL_NOT_FOUND')
    expect(codeOf(await start({}, { revision: 1, reason: '' }))).toBe('BAD_USER_INPUT')
    expect(codeOf(await start({}, { revision: 1 }, ['publish:fraud']))).toBe('FORBIDDEN')
    expect(codeOf(await start({}, { revision: 1 }, READER))).toBe('FORBIDDEN')
    expect(await rollout()).toMatchObject({ revision: 1, state: 'STEADY' })
  })

  it('is changed by one of two admins at once; the other is told both revisions', async () => {
    const answers = await Promise.all([
      start({}, { revision: 1 }, ADMIN),
      start({ version: 3 }, { revision: 1 }, ADMIN),
    ])
    const refused = answers.filter(({ errors }) => errors)
    expect(refused).toHaveLength(1)
    expect(refused[0]?.errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', expected: '2', received: '1' })
    expect(await rollout()).toMatchObject({ revision: 2, state: 'PROGRESSING' })
    await done(change('rollBackRollout', 2))
  })
})

describe('a canary', () => {
  let control: ReturnType<TestRegistry['control']>
  beforeAll(() => {
    control = registry.control()
  })
  afterAll(() => control.close())

  const acknowledge = (replica: string, ready: number[], failed: { version: number; reason: string }[] = []) =>
    control.acknowledge({ replica, models: [{ model: 'payment-risk', revision: 1, ready, failed }] })

  async function policy() {
    const polled = await control.deployments(['payment-risk'])
    if (polled === 'unchanged') throw new Error('a poll without a tag always answers')
    return polled.deployments.models[0]
  }

  it('gets traffic when every live replica has it ready, wakes long polls, and leaves its trace', async () => {
    const before = new Date()
    await acknowledge('a', [1, 2, 3])
    await acknowledge('b', [1, 3])
    const { startRollout } = await done(start({}, { revision: 3 }))
    expect(startRollout).toMatchObject({
      ...{ revision: 4, state: 'PROGRESSING', reason: 'Try it.', changedBy: 'tester', champion: 1 },
      canary: { version: { id: 'payment-risk@2' }, weight: 0, admitted: false, step: 1, gate: null, failures: 0 },
    })
    expect((await policy())?.rollout?.canary).toMatchObject({ version: 2, weight: 0 })
    expect(codeOf(await change('promoteRollout', 4))).toBe('CONFLICT')

    await acknowledge('a', [1, 2, 3])
    expect((await rollout()).canary.admitted).toBe(false)
    const polled = await control.deployments(['payment-risk'])
    if (polled === 'unchanged') throw new Error('a poll without a tag always answers')
    const waiting = control.deployments(['payment-risk'], { etag: polled.etag, waitMs: 60_000 })
    await acknowledge('b', [1, 2, 3])
    expect(await waiting).toMatchObject({
      deployments: { models: [{ rollout: { revision: 5, canary: { version: 2, weight: 5 } } }] },
    })

    await done(change('stepRollout', 5, 'Go on.'))
    const during = new Date()
    expect(codeOf(await change('startRollout', 6, 'x', ', input: { version: 3, steps: [] }'))).toBe('CONFLICT')
    const alias = 'mutation { setAlias(model: "payment-risk", alias: "champion", version: 3, reason: "x") { name } }'
    expect(codeOf(await registry.ask(TEAM, alias))).toBe('CONFLICT')
    await done(change('promoteRollout', 6))
    const { model } = await done(
      registry.ask(
        READER,
        '{ model(name: "payment-risk") { champion { id } aliases { name version } aliasHistory { to } } }',
      ),
    )
    expect(model).toMatchObject({ champion: { id: 'payment-risk@2' }, aliases: [{ name: 'champion', version: 2 }] })
    expect(model.aliasHistory.map(({ to }: { to: number }) => to)).toEqual([2, 1])
    expect(await policy()).toMatchObject({ aliases: { champion: 2 }, rollout: { revision: 7, champion: 2 } })

    expect(await liveAt(before)).toMatchObject({ state: 'ROLLED_BACK', champion: 1, canary: null })
    expect(await liveAt(during)).toMatchObject({ champion: 1, canary: { version: 2, weight: 50, step: 2 } })
    expect(await liveAt(new Date())).toMatchObject({ state: 'PROMOTED', champion: 2, canary: null })
    expect(await liveAt(new Date(0))).toBeNull()
  })

  it('that a replica cannot load gets no traffic, and the rollout says why', async () => {
    await acknowledge('b', [1, 2], [{ version: 3, reason: 'The file is damaged.' }])
    await done(start({ version: 3 }, { revision: 7 }))
    await acknowledge('a', [1, 2, 3])
    expect(await rollout()).toMatchObject({
      ...{ revision: 9, state: 'PAUSED', changedBy: 'rollout' },
      reason: 'Version 3 could not be loaded. b: The file is damaged.',
      canary: { weight: 0, admitted: false },
    })
    await done(change('resumeRollout', 9))
    await acknowledge('b', [1, 2, 3])
    expect(await rollout()).toMatchObject({ revision: 11, state: 'PROGRESSING', canary: { weight: 5 } })
    expect((await done(change('rollBackRollout', 11))).rollBackRollout).toMatchObject({ champion: 2, canary: null })
  })

  it('can be a shadow before, and there can be a fallback', async () => {
    const shadows = ', shadows: [{ version: 3, sample: 10 }]'
    await done(change('setShadows', 12, 'Look.', shadows))
    await done(change('setFallback', 13, 'Safe.', ', version: 1'))
    expect((await policy())?.rollout).toMatchObject({ shadows: [{ version: 3, sample: 10 }], fallback: 1 })
    const wrong = await change('setShadows', 14, 'x', ', shadows: [{ version: 2, sample: 10 }]')
    expect(wrong.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: 'shadows.0.version' })
    expect(await rollout()).toMatchObject({ revision: 14, state: 'ROLLED_BACK' })
  })

  it('is waited for only by replicas that sign and say what they should', async () => {
    await expect(control.acknowledge({ replica: '', models: [] })).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    })
    const forged = registry.control('another secret that is long enough, too')
    await expect(forged.acknowledge({ replica: 'c', models: [] })).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    })
    await forged.close()
    await acknowledge('a', [1])
    await control.acknowledge({ replica: 'a', models: [{ model: 'nothing', revision: 0, ready: [], failed: [] }] })
  })
})

describe('the history', () => {
  const HISTORY = `query ($first: Int, $after: String) { rolloutHistory(model: "payment-risk", first: $first, after: $after) {
    nodes { revision at by action reason from { champion state } to { champion state } } pageInfo { hasNextPage endCursor }
  } }`

  async function all() {
    const nodes: { revision: number; at: string; action: string; from: unknown; to: unknown }[] = []
    for (let after: string | null = null, more = true; more; ) {
      const { rolloutHistory } = await done(registry.ask(READER, HISTORY, { first: 4, after }))
      nodes.push(...rolloutHistory.nodes)
      after = rolloutHistory.pageInfo.endCursor
      more = rolloutHistory.pageInfo.hasNextPage
    }
    return nodes
  }

  it('has every change once, each beginning where the one before ended', async () => {
    const nodes = await all()
    expect(nodes.map(({ revision }) => revision)).toEqual(Array.from({ length: 14 }, (_, back) => 14 - back))
    for (const [place, { from }] of nodes.slice(0, -1).entries()) expect(from).toEqual(nodes[place + 1]?.to)
    expect(nodes.at(-1)).toMatchObject({ by: 'tester', action: 'setChampion', from: null })
    expect(nodes.map(({ action }) => action).slice(-7)).toEqual([
      ...['promote', 'step', 'admit', 'start', 'rollBack', 'start', 'setChampion'],
    ])
  })

  it('is whole when a crash came between a change and its record', async () => {
    const before = await all()
    const forget = (revision: number) =>
      registry.withDatabase(({ rolloutHistory }) => rolloutHistory.deleteOne({ _id: `test/payment-risk/${revision}` }))
    await forget(14)
    expect(await all()).toEqual(before)
    await forget(14)
    await done(change('setFallback', 14, 'None.', ', version: null'))
    expect((await all()).slice(1)).toEqual(before)
    await registry.withDatabase(async ({ rolloutHistory }) =>
      expect(await rolloutHistory.countDocuments({ model: 'payment-risk' })).toBe(15),
    )
  })

  it('belongs to models that there are', async () => {
    const unknown = '{ rolloutHistory(model: "payment-rsk") { nodes { revision } } }'
    expect(codeOf(await registry.ask(READER, unknown))).toBe('MODEL_NOT_FOUND')
    expect(codeOf(await registry.ask(READER, HISTORY, { first: 0 }))).toBe('BAD_USER_INPUT')
  })
})

describe('a champion from before there were rollouts', () => {
  it('becomes the rollout of every environment, its moves their history', async () => {
    await registerModel(registry, 'old-risk')
    await publishVersion(registry, 'risk-1', { model: 'old-risk' })
    await publishVersion(registry, 'risk-2', { model: 'old-risk', version: 2 })
    const move = { alias: 'champion', by: 'tester', reason: 'Before.' }
    const aliasHistory = [
      { ...move, from: null, to: 1, at: new Date('2026-01-01') },
      { ...move, from: 1, to: 2, at: new Date('2026-02-01') },
    ]
    await registry.withDatabase(async ({ models, rolloutHistory }) => {
      const $set = { aliasHistory, aliases: { champion: 2, blue: 1 } }
      await models.updateOne({ _id: 'old-risk' }, { $set, $unset: { rollouts: '' } })
      await rolloutHistory.deleteMany({ model: 'old-risk' })
    })
    await registry.close()
    await registry.open()
    const { model, liveAt: live } = await done(
      registry.ask(
        READER,
        `{ model(name: "old-risk") { aliases { name version } aliasHistory { to } rollout { revision state champion } }
           liveAt(model: "old-risk", time: "2026-01-15T00:00:00Z") { champion } }`,
      ),
    )
    expect(model).toEqual({
      aliases: [
        { name: 'champion', version: 2 },
        { name: 'blue', version: 1 },
      ],
      aliasHistory: [{ to: 2 }, { to: 1 }],
      rollout: { revision: 2, state: 'STEADY', champion: 2 },
    })
    expect(live).toEqual({ champion: 1 })
  })
})
