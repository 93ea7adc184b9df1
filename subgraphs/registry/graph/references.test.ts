import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { done, publishVersion, READER, registerModel } from '../testing/catalogue.js'
import { TestRegistry } from '../testing/test-registry.js'

const ENTITIES = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on ModelVersion {
    id version metrics { name value split interval } limitations signature { inputs { name datatype shape } }
    lineage { datasetName datasetRows synthetic framework trainedAt codeCommit }
  } }
}`

let registry: TestRegistry

beforeAll(async () => {
  registry = await TestRegistry.start()
  await registerModel(registry)
  await publishVersion(registry, 'risk-1')
  await publishVersion(registry, 'risk-2', { version: 2 })
})

afterAll(() => registry.remove())

function references(count: number) {
  const ids = Array.from({ length: count }, (_, place) => `payment-risk@${(place % 2) + 1}`)
  return { representations: ids.map((id) => ({ __typename: 'ModelVersion', id })) }
}

/** What the database is asked while `task` runs. */
async function commandsOf<T>(task: () => Promise<T>): Promise<{ value: T; commands: readonly string[] }> {
  const before = registry.commands.length
  const value = await task()
  return { value, commands: registry.commands.slice(before).filter((name) => name !== 'ping' && name !== 'hello') }
}

describe('references to model versions', () => {
  it('of a list of 500 predictions cost one database query', async () => {
    const { value, commands } = await commandsOf(() => done(registry.ask(READER, ENTITIES, references(500))))
    expect(commands).toEqual(['find'])
    expect(value._entities).toHaveLength(500)
    expect(value._entities.map(({ version }: { version: number }) => version)).toEqual(
      Array.from({ length: 500 }, (_, place) => (place % 2) + 1),
    )
    expect(value._entities[1]).toEqual({
      id: 'payment-risk@2',
      version: 2,
      metrics: [{ name: 'rocAuc', value: 0.9, split: 'heldOut', interval: [0.85, 0.95] }],
      limitations: ['Synthetic; for tests only.'],
      signature: { inputs: [{ name: 'features', datatype: 'float32', shape: ['N', '2'] }] },
      lineage: {
        datasetName: 'Simulated payments (synthetic)',
        datasetRows: 1_000,
        synthetic: true,
        framework: 'python 3.11.2, onnx 1.12.0',
        trainedAt: '2026-11-20T12:00:00.000Z',
        codeCommit: null,
      },
    })
  })

  it('with their models and teams cost one more each', async () => {
    const query = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { ... on ModelVersion { aliases model { name champion { id } team { name title } } } }
    }`
    const { value, commands } = await commandsOf(() => done(registry.ask(READER, query, references(500))))
    expect(commands).toEqual(['find', 'find', 'find'])
    const model = {
      name: 'payment-risk',
      champion: { id: 'payment-risk@1' },
      team: { name: 'payments', title: 'Payments' },
    }
    expect(value._entities.slice(0, 2)).toEqual([
      { aliases: ['champion'], model },
      { aliases: [], model },
    ])
  })

  it('to nothing are null, and to models work alike', async () => {
    const representations = [
      { __typename: 'ModelVersion', id: 'payment-risk@77' },
      { __typename: 'Model', name: 'payment-risk' },
    ]
    const query = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { ... on ModelVersion { version } ... on Model { description contractNumber } }
    }`
    expect(await done(registry.ask(READER, query, { representations }))).toEqual({
      _entities: [null, { description: 'Whether a payment will be disputed (synthetic).', contractNumber: 1 }],
    })
  })
})
