import { ApolloServer } from '@apollo/server'
import fc from 'fast-check'
import { execute, parse, validate } from 'graphql'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createLog } from '../../telemetry/log.js'
import type { SubgraphContext } from '../context.js'
import { type ArbitraryOperation, arbitraryOperation } from '../fixtures/arbitrary-operation.js'
import { shapesSchema } from '../fixtures/shapes.js'
import { type GraphqlHandler, startGraphql } from './graphql.js'

const schema = shapesSchema()
const IDENTITY = { subject: 'client:1', client: 'app', scopes: [], environment: 'test' }
const complete = vi.spyOn(ApolloServer.prototype, 'executeOperation')

const REPRESENTATIONS =
  '[{__typename: "Leaf", id: "1"}, {__typename: "Leaf", id: "9"}, {__typename: "Branch", id: "8"}, {__typename: "Nobody"}]'
const POINT = '{x: 1, label: "a", inner: {x: 2}, tags: "one"}'

const operations = arbitraryOperation(schema, {
  args: {
    id: ['"1"', '"2"', '"6"', '"7"', '8', '$id', '"0"'],
    'leaf.id': ['', 'null', '"5"', '$id'],
    first: ['', 'null', '0', '5', '$n'],
    mood: ['', 'null', 'BAD', '$mood'],
    points: ['[]', `[${POINT}]`, '{x: -1}', '[{x: 3}, {x: -2, mood: GOOD}]', '$points'],
    'maybeRows.points': ['', 'null', '[null, {x: 4}]', '$points'],
    at: ['', '"nowhere"', '$text'],
    input: ['$columns', '{x: [1, 2.5, null]}', '{x: "AACAPw==", names: ["a"]}'],
    of: ['{a: 1}', '$choice', '{b: "x"}'],
    ok: ['true', 'false', '$yes'],
    late: ['', 'true', '$maybe'],
    list: ['', 'null', '[1, null]', '3', '[1, 2]', '$list'],
    kind: [
      '"coded"',
      '"http"',
      '"graphql"',
      '"plain"',
      '"late"',
      '"value"',
      '"function"',
      '"text"',
      '"set"',
      '"nan"',
      '$kind',
    ],
    point: ['', 'null', POINT, '$point', '{x: 1, label: $text}'],
    n: ['1', '$n'],
    representations: [REPRESENTATIONS, '$representations', '[]'],
  },
  variables: {
    id: 'ID! = "1"',
    n: 'Int! = 3',
    mood: 'Mood',
    points: '[Point!]! = [{x: 5}]',
    text: 'String',
    columns: 'Columns! = {x: []}',
    choice: 'Choice! = {a: 2}',
    yes: 'Boolean! = true',
    no: 'Boolean! = false',
    maybe: 'Boolean! = true',
    list: '[Int]',
    point: 'Point',
    kind: 'String! = "object"',
    representations: '[_Any!]! = []',
  },
  values: {
    id: [undefined, '2', 3, '3'],
    n: [undefined, 2, 2, 2.5],
    mood: [undefined, null, 'GOOD', 'BAD', 'GOOD', 'UGLY'],
    points: [
      undefined,
      [{ x: 1 }, { x: -1, y: null }],
      [{ x: 2, mood: 'GOOD', tags: 'a' }],
      { x: 7 },
      [{ y: 1 }],
      [{ x: 1, z: 1 }],
    ],
    text: [undefined, null, 'nowhere', 'x'],
    columns: [undefined, { x: [1, 2], names: ['a', null] }, { x: 'AACAPw==' }, { x: 7 }],
    choice: [undefined, { a: 1 }, { b: 'x' }, { a: 1, b: 'x' }],
    yes: [undefined, true, false],
    no: [undefined, true, false],
    maybe: [undefined, true, false],
    list: [undefined, null, [1, 2], [1, null], 4],
    point: [
      undefined,
      null,
      { x: 1, inner: { x: 2, inner: { x: 3, mood: 'BAD' } } },
      { x: 1, label: 'ä', tags: ['a', 'b'] },
    ],
    kind: [undefined, 'coded', 'bool', 'late', 'holes'],
    representations: [
      undefined,
      [
        { __typename: 'Leaf', id: '4' },
        { __typename: 'Branch', id: '6' },
        { __typename: 'Leaf', id: '7' },
      ],
    ],
  },
})

let graphql: GraphqlHandler

beforeAll(async () => {
  graphql = await startGraphql(schema, { introspection: false, log: createLog('two-tiers', 'silent') })
})

afterAll(() => graphql.stop())

/** Fresh for every run, as resolvers may write to it. */
function newContext(): SubgraphContext {
  return { identity: IDENTITY, requestId: 'request', deadline: 0 }
}

/** The answers of the complete tier, of the one that comes after it, and of graphql-js alone. */
async function answers(operation: ArbitraryOperation) {
  const first = await graphql.answer(operation, newContext())
  complete.mockClear()
  const second = await graphql.answer(operation, newContext())
  return { first, second, compiled: complete.mock.calls.length === 0 }
}

async function plainly({ query, variables, operationName }: ArbitraryOperation) {
  const document = parse(query)
  const contextValue = newContext()
  const result = await execute({ schema, document, contextValue, variableValues: variables, operationName })
  return { data: result.data, errors: result.errors?.map(({ path, locations }) => ({ path, locations })) }
}

describe('an operation that comes again', () => {
  it('is answered by the compiled tier as by the complete one and by graphql-js', { timeout: 120_000 }, async () => {
    const counts = { compiled: 0, failed: 0, whole: 0 }
    await fc.assert(
      fc.asyncProperty(operations, async (operation) => {
        if (validate(schema, parse(operation.query)).length > 0) return
        const { first, second, compiled } = await answers(operation)
        expect(second).toEqual(first)
        const answer = JSON.parse(second.text)
        const plain = JSON.parse(JSON.stringify(await plainly(operation)))
        expect(answer.data).toEqual(plain.data)
        expect(answer.errors?.map(({ path, locations }: typeof answer) => ({ path, locations }))).toEqual(plain.errors)
        if (compiled) counts[second.failed ? 'failed' : 'whole'] += 1
        if (compiled) counts.compiled += 1
      }),
      { numRuns: 1_000, endOnFailure: true },
    )
    expect(counts.compiled).toBeGreaterThan(500)
    expect(Math.min(counts.failed, counts.whole)).toBeGreaterThan(100)
  })

  it.each([
    ['introspection of the schema', '{ __schema { queryType { name } } }', {}],
    ['a name that no plain object can hold', '{ __proto__: echo }', {}],
    ['variables of a wrong type', 'query ($n: Int!) { echo(n: $n) }', { n: 'x' }],
    ['a variable that is missing', 'query ($n: Int!) { echo(n: $n) }', {}],
    ['an unknown input field', 'query ($point: Point) { echo(point: $point) }', { point: { x: 1, w: 1 } }],
    ['more conditions than are worth compiling', conditional(5), {}],
  ])('is left to the complete tier: %s', async (_what, query, variables) => {
    const { first, second, compiled } = await answers({ query, variables })
    expect([second, compiled]).toEqual([first, false])
  })

  it('has no variants for conditions that are its own', async () => {
    expect(await answers({ query: conditional(4), variables: {} })).toMatchObject({ compiled: true })
  })

  it('is told from others of its document by name', async () => {
    const query = 'query A { echo(n: 1) } query B { echo(n: 2) }'
    const { second, compiled } = await answers({ query, variables: {}, operationName: 'B' })
    expect([compiled, second.text]).toEqual([true, '{"data":{"echo":"{mood: string BAD,n: number 2}"}}'])
    const nameless = await answers({ query, variables: {} })
    expect([nameless.compiled, nameless.second.status]).toEqual([false, 400])
  })

  it('is forgotten when a thousand others have come since', async () => {
    const query = '{ remembered: echo }'
    expect((await answers({ query, variables: {} })).compiled).toBe(true)
    for (let other = 0; other < 1_000; other++) await graphql.answer({ query: `{ a${other}: echo }` }, newContext())
    complete.mockClear()
    await graphql.answer({ query }, newContext())
    expect(complete).toHaveBeenCalledTimes(1)
  })
})

/** An operation with as many conditions, each with a default. */
function conditional(count: number): string {
  const names = Array.from({ length: count }, (_, index) => `c${index}`)
  const fields = names.map((name) => `${name}: echo @include(if: $${name})`)
  return `query (${names.map((name) => `$${name}: Boolean! = true`)}) { ${fields.join(' ')} }`
}
