import fc from 'fast-check'
import { type GraphQLSchema, graphql } from 'graphql'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { buildSchemaOf, executableSchema } from '../../shared/serving/schema/build.js'
import { PatientRecords } from './patient-records.js'
import { subgraph } from './subgraph.js'

let schema: GraphQLSchema
let sdl: string

beforeAll(async () => {
  const built = await buildSchemaOf(subgraph)
  sdl = built.sdl
  schema = executableSchema(built, {})
})

async function ask(source: string, variableValues: Record<string, unknown> = {}) {
  const { data, errors = [] } = await graphql({ schema, source, variableValues, contextValue: {} })
  // biome-ignore lint/suspicious/noExplicitAny: answers are read by the tests that asked
  return { data: data as any, errors }
}

describe('patient', () => {
  it('is found by id, with the measurements and the diagnosis', async () => {
    const { data } = await ask('{ patient(id: "1") { id radiusMean fractalDimensionWorst diagnosis } }')
    const expected = { id: '1', radiusMean: 17.99, fractalDimensionWorst: 0.1189, diagnosis: 'MALIGNANT' }
    expect({ ...data.patient }).toEqual(expected)
  })

  it.each(['0', '570', '01', '1.0', '', '__proto__', 'toString'])(
    '%j is NOT_FOUND, and the message names it',
    async (id) => {
      const { data, errors } = await ask('query ($id: ID!) { patient(id: $id) { id } }', { id })
      expect(data.patient).toBeNull()
      expect(errors[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', path: 'id', received: JSON.stringify(id) })
      expect(errors[0]?.message).toBe(`There is no patient ${JSON.stringify(id)}.`)
    },
  )
})

describe('patients', () => {
  const PAGE =
    'query ($first: Int, $after: String) { patients(first: $first, after: $after) { nodes { id } totalCount pageInfo { hasNextPage endCursor } } }'

  it('come page by page, each once and in order, whatever the size of the page', async () => {
    const everyone = Array.from({ length: 569 }, (_, index) => String(index + 1))
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 20, max: 500 }), async (first) => {
        expect(await idsByPage(first)).toEqual(everyone)
      }),
      { numRuns: 20 },
    )
  })

  async function idsByPage(first: number): Promise<string[]> {
    const ids: string[] = []
    let after: string | null = null
    do {
      const { data } = await ask(PAGE, { first, after })
      ids.push(...data.patients.nodes.map(({ id }: { id: string }) => id))
      after = data.patients.pageInfo.hasNextPage ? data.patients.pageInfo.endCursor : null
    } while (after)
    return ids
  }

  it('end with a page that says so', async () => {
    const { data } = await ask(PAGE, { first: 500 })
    const last = await ask(PAGE, { first: 69, after: data.patients.pageInfo.endCursor })
    expect(last.data.patients.nodes.at(-1)).toEqual({ id: '569' })
    expect(last.data.patients.pageInfo.hasNextPage).toBe(false)
    const beyond = await ask(PAGE, { first: 1, after: last.data.patients.pageInfo.endCursor })
    expect(beyond.data.patients).toEqual({
      nodes: [],
      totalCount: 569,
      pageInfo: { hasNextPage: false, endCursor: null },
    })
  })

  it.each([
    [{ first: 0 }, 'first', 'a whole number from 1 to 500'],
    [{ first: -1 }, 'first', 'a whole number from 1 to 500'],
    [{ first: 501 }, 'first', 'a whole number from 1 to 500'],
    [{ after: 'nonsense' }, 'after', 'the endCursor of a page, or nothing'],
    [{ after: '' }, 'after', 'the endCursor of a page, or nothing'],
  ])('%j is BAD_USER_INPUT', async (variables, path, expected) => {
    const { errors } = await ask(PAGE, variables)
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path, expected })
  })
})

describe('references to patients', () => {
  it('are resolved in the order asked; an unknown one is null', async () => {
    const representations = ['3', '999', '1'].map((id) => ({ __typename: 'Patient', id }))
    const { data } = await ask(
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Patient { id } } }',
      { representations },
    )
    expect(data._entities).toEqual([{ id: '3' }, null, { id: '1' }])
  })

  it('of one request are looked up together, each id once', async () => {
    const records = new PatientRecords([])
    const lookup = vi.spyOn(records, 'findMany')
    const request = {}
    await Promise.all(['1', '2', '1'].map((id) => records.load(id, request)))
    expect(lookup.mock.calls).toEqual([[['1', '2']]])
  })
})

describe('the published SDL', () => {
  it('makes Patient an entity and asks for the scope on the query fields only', () => {
    expect(sdl).toMatch(/type Patient @key\(fields: "id"\) {/)
    expect(sdl.match(/@requiresScopes\(scopes: \[\["patients:read"\]\]\)/g)).toHaveLength(2)
  })
})
