import { parse } from 'graphql'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MeshAnswer, MeshRequest } from '../mesh/mesh.js'
import { ParsedAnswer } from '../mesh/wire/received-answer.js'
import type { SubgraphError } from '../mesh/wire/subgraph-answer.js'
import { planOf } from '../planner/plan-of.js'
import { compileExecution } from './compile-execution.js'
import { EntityCache } from './entity-cache.js'
import type { Fetch } from './execution.js'
import { startExecutors } from './testing/executors.js'

let clinic: Awaited<ReturnType<typeof startExecutors>>

beforeAll(async () => {
  clinic = await startExecutors()
})

beforeEach(() => {
  clinic.local.down.clear()
  clinic.local.asked.length = 0
})

function run(query: string, { variables = {}, entities, fetch = clinic.local.fetch }: RunOptions = {}) {
  return clinic.compile(parse(query), entities).run(variables, fetch)
}

interface RunOptions {
  readonly variables?: Record<string, unknown>
  readonly entities?: EntityCache
  readonly fetch?: Fetch
}

describe('an execution', () => {
  it('passes on the bytes of an only fetch that asks for exactly the operation', async () => {
    for (const query of [
      '{ patients { id age matrix ward { title } } }',
      'query ($first: Int! = 2) { p: patients(first: $first) { ...P } } fragment P on Patient { a: age id }',
      '{ found { __typename ... on Ward { beds } ... on Device { serial } } }',
      'mutation { rename(id: "1", title: "x") { title } }',
    ]) {
      expect(await run(query), query).toEqual({ bytes: expect.any(Buffer) })
    }
  })

  it('sends what is the same each time as it was written once, and no variable that a fetch does not use', async () => {
    const sent: MeshRequest[] = []
    const fetch: Fetch = (request) => {
      sent.push(request)
      return clinic.local.fetch(request)
    }
    const query = 'query Two($id: ID!, $name: String = "x") { patient(id: $id) { score measure(unit: $name) } }'
    const execution = clinic.compile(parse(query))
    await execution.run({ id: '1', name: 'x' }, fetch)
    await execution.run({ id: '2', name: 'y' }, fetch)
    expect(sent.map(({ subgraph, variables }) => [subgraph.name, variables])).toEqual([
      ['patients', '{"id":"1","name":"x"}'],
      ['risk', '{"representations":[{"__typename":"Patient","id":"1","age":21}]}'],
      ['patients', '{"id":"2","name":"y"}'],
      ['risk', '{"representations":[{"__typename":"Patient","id":"2","age":22}]}'],
    ])
    expect(sent[0]!.operation).toBe(sent[2]!.operation)
    const { query: text, operationName } = JSON.parse(`{${sent[0]!.operation.json}}`)
    expect([text, operationName]).toEqual([sent[0]!.operation.query, 'Two__patients__0'])
  })

  it('takes apart an answer that holds more, less, or another order', async () => {
    for (const query of [
      '{ found { ... on Ward { beds } } }',
      '{ found { ... on Ward { beds } __typename } }',
      '{ predict(row: { amount: 1 }) { probability servedBy { name } } }',
    ]) {
      expect(await run(query), query).toHaveProperty('data')
    }
  })

  it('takes apart an answer with errors, however few fetches it has', async () => {
    const result = await run('{ patients { shaky } }')
    expect(result).toMatchObject({ data: null, errors: [{ message: 'shaky 2', path: ['patients', 2, 'shaky'] }] })
  })

  it('asks once for objects that are the same, and tells an error in all their places', async () => {
    const result = await run('{ holes { id frail } }')
    expect(clinic.local.asked.at(-1)?.match(/"__typename"/g)).toHaveLength(2)
    expect(result).toEqual({ data: expect.anything(), errors: expect.anything() })
    const { data, errors } = result as Extract<typeof result, { errors: unknown }>
    expect(data?.holes).toEqual([null, null, { id: '2', frail: 2 }, null])
    expect(errors.map(({ path }) => path)).toEqual([
      ['holes', 0, 'frail'],
      ['holes', 3, 'frail'],
    ])
  })

  it('leaves objects apart that were answered by one entity', async () => {
    const query =
      '{ riskiest { a: id risk { servedBy { id card } } } holes { b: id risk { servedBy { number aliases } } } }'
    const result = await run(query)
    const merged = await clinic.runMerged(parse(query), {})
    expect(result).toMatchObject({ data: { holes: (merged.data as { holes: unknown }).holes } })
  })

  it('empties the fields of a fetch that fails, each with its error', async () => {
    clinic.local.down.add('risk')
    const result = await run('{ holes { id score } riskiest { id } }')
    const { data, errors } = result as Extract<typeof result, { errors: unknown }>
    expect(data).toBeNull()
    expect(errors.map(({ path, extensions }) => [...path!, extensions.code, extensions.subgraph])).toEqual(
      [['riskiest'], ['holes', 0, 'score'], ['holes', 2, 'score'], ['holes', 3, 'score']].map((path) => [
        ...path,
        'SUBGRAPH_UNAVAILABLE',
        'risk',
      ]),
    )
  })

  it('answers with an error for what is no answer', async () => {
    const malformed = [
      [{ data: { _entities: 'none' } }, 'Expected "data._entities" in response to be an array'],
      [{ data: { _entities: [] } }, 'Expected "data._entities" to contain 2 elements'],
    ] as const
    for (const [answer, message] of malformed) {
      const fetch: Fetch = (request) =>
        request.subgraph.name === 'risk' ? answered(answer) : clinic.local.fetch(request)
      expect(await run('{ holes { id fate } }', { fetch })).toMatchObject({
        data: { holes: [{ id: '1', fate: null }, null, { id: '2', fate: null }, { id: '1', fate: null }] },
        errors: [{ message }],
      })
    }
  })

  it('has no data when a subgraph answers with another kind of thing', async () => {
    const result = await run('{ rooms { kind: __typename age } }', {
      fetch: () => answered({ data: { rooms: 'many' } }),
    })
    expect(result).toMatchObject({
      data: undefined,
      errors: [{ message: expect.stringContaining('non-list value many') }],
    })
  })

  it('tells holes of an answer without errors', async () => {
    const fetch = () => answered({ data: { wards: [{ beds: 1 }, { beds: null }, { nurse: 7 }] } })
    const result = await run('{ wards { beds } }', { fetch })
    const { data, errors } = result as Extract<typeof result, { errors: unknown }>
    expect(data).toBeNull()
    expect(errors.map(({ message, path }) => [message, path])).toEqual([
      ['Cannot return null for non-nullable field Ward.beds.', ['wards', 1, 'beds']],
      ['Cannot return null for non-nullable field Ward.beds.', ['wards', 2, 'beds']],
    ])
  })

  it('keeps the fields of a type within a fragment on its interface, which Apollo leaves out', async () => {
    const query = '{ rooms { ... on Record { ... on Patient { age } } cohort } }'
    const merged = await clinic.runMerged(parse(query), {})
    expect(await run(query)).toEqual({ data: merged.data, errors: [] })
  })

  it('never lets what a subgraph adds reach the prototype of an object', async () => {
    const text = '{"data":{"patients":[{"__proto__":{"age":1},"id":"1"}],"__proto__":{"polluted":true}}}'
    const fetch = () => answered(JSON.parse(text))
    const result = await run('{ patients { id age } }', { fetch })
    expect(result).toMatchObject({ data: null })
    expect({}).not.toHaveProperty('polluted')
  })

  it('is not compiled for what only Apollo’s executor can run', () => {
    for (const query of ['{ __schema { queryType { name } } }', '{ patients { constructor: id } }']) {
      const document = parse(query)
      const plan = planOf(clinic.gateway, document, undefined)
      const { schema, types } = clinic
      const parts = {
        schema,
        types,
        subgraphs: clinic.local.subgraphs,
        predicting: new Set<string>(),
        entities: undefined,
      }
      expect(compileExecution({ ...parts, document, operationName: undefined, plan }), query).toBeUndefined()
    }
  })
})

describe('the entity cache', () => {
  const provenance = '{ riskiest { risk { servedBy { name number metrics { value } model { name team { name } } } } } }'

  it('answers entities that never change without a call', async () => {
    const entities = new EntityCache({ entries: 100, bytes: 100_000 })
    const first = await run(provenance, { entities })
    expect(asked('registry')).toHaveLength(1)
    expect(await run(provenance, { entities })).toEqual(first)
    expect(await run(provenance)).toEqual(first)
    expect(asked('registry')).toHaveLength(2)
  })

  it('leaves only what it does not know to be asked', async () => {
    const entities = new EntityCache({ entries: 100, bytes: 100_000 })
    const query = 'query ($id: ID!) { patient(id: $id) { friends(first: 2) { risk { servedBy { name } } } } }'
    await run(query, { variables: { id: '0' }, entities })
    await run(query, { variables: { id: '1' }, entities })
    const ids = asked('registry').map((line) => line.match(/logreg@\d/g))
    expect(new Set(ids.flat()).size).toBe(ids.flat().length)
    expect(ids.length).toBe(2)
  })

  it('keeps nothing that may change, failed, or is null', async () => {
    const entities = new EntityCache({ entries: 100, bytes: 100_000 })
    await run('{ riskiest { risk { servedBy { name aliases } } } }', { entities })
    await run('{ riskiest { risk { servedBy { name card } } } }', { entities })
    clinic.local.down.add('registry')
    await run(provenance, { entities })
    expect(entities.size).toBe(0)
    clinic.local.down.clear()
    await run(provenance, { entities, fetch: changed(() => null, []) })
    expect(entities.size).toBe(0)
    const errors = [{ message: 'broken', path: ['_entities', 0, 'name'] }]
    await run(provenance, { entities, fetch: changed((entity) => entity, errors) })
    expect(entities.size).toBe(1)
  })

  it('gives out what nobody can change', async () => {
    const entities = new EntityCache({ entries: 100, bytes: 100_000 })
    const before = await run(provenance, { entities })
    const text = JSON.stringify(before)
    await run('{ models { versions { name model { versions { number } } } } }', { entities })
    expect(JSON.stringify(await run(provenance, { entities }))).toBe(text)
  })

  it('drops what was used longest ago beyond its entries or bytes', () => {
    const cache = new EntityCache({ entries: 2, bytes: 200 })
    cache.set('a', { a: 1 })
    cache.set('b', { b: 1 })
    expect(cache.get('a')).toEqual({ a: 1 })
    cache.set('c', { c: 1 })
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([{ a: 1 }, undefined, { c: 1 }])
    cache.set('d', { d: 'x'.repeat(85) })
    expect([cache.size, cache.get('c')]).toEqual([1, undefined])
    cache.set('e', { e: 'x'.repeat(200) })
    expect([cache.get('e'), cache.size]).toEqual([undefined, 1])
    expect(cache.bytes).toBeLessThanOrEqual(200)
  })

  /** Answers of the registry with each entity changed, and with errors. */
  function changed(change: (entity: unknown) => unknown, errors: readonly SubgraphError[]): Fetch {
    return async (request) => {
      const answer = await clinic.local.fetch(request)
      if (request.subgraph.name !== 'registry') return answer
      const entities = answer.read().data!._entities as unknown[]
      return answered({ data: { _entities: entities.map(change) }, errors })
    }
  }
})

function asked(subgraph: string): string[] {
  return clinic.local.asked.filter((line) => line.startsWith(`${subgraph} `))
}

async function answered(answer: ReturnType<MeshAnswer['read']>): Promise<MeshAnswer> {
  return new ParsedAnswer(answer)
}
