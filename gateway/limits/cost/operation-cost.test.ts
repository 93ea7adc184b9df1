import fc from 'fast-check'
import { buildSchema, getOperationAST, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import type { Variables } from '../../variables/coerce.js'
import { UnreadList } from '../../variables/unread-list.js'
import { readCostFacts } from './cost-facts.js'
import { CostModel } from './cost-model.js'
import { compileDemand } from './operation-cost.js'

const SDL = `
  schema @link(url: "https://specs.apollo.dev/cost/v0.1", import: [{ name: "@listSize", as: "@size" }]) {
    query: Query
    mutation: Mutation
  }
  directive @link(url: String, import: [Import]) repeatable on SCHEMA
  directive @cost(weight: Int!) on ARGUMENT_DEFINITION | FIELD_DEFINITION | OBJECT | SCALAR | ENUM
  directive @size(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!]) on FIELD_DEFINITION
  scalar Import
  scalar FloatVector
  scalar IntVector
  scalar Picture @cost(weight: 5)
  type Query {
    node: Node
    nodes: [Node]
    dear: Node @cost(weight: 7)
    first(first: Int = 3, with: Int @cost(weight: 4)): [Node] @size(slicingArguments: ["first"])
    byId(ids: [ID!]): [Node] @size(slicingArguments: ["ids"], assumedSize: 50)
    page(first: Int): Page @size(slicingArguments: ["first"], sizedFields: ["items"])
    fraud(input: Row!): Score
    fraudMany(inputs: [Row!]!): [Score]
    fraudColumns(input: Columns!): ScoreColumns
    any: [Member]
  }
  type Mutation { rename: Node fraudBatch(inputs: [Row!]!): Node }
  type Page { items: [Node] total: Int }
  interface Member { id: ID score: Score }
  type Node implements Member { id: ID child: Node children: [Node] picture: Picture score: Score }
  type Heavy implements Member @cost(weight: 20) { id: ID score: Score }
  type Score { probability: Float by: Node }
  type ScoreColumns { probability: FloatVector }
  input Row { amount: Float }
  input Columns { amount: FloatVector! kind: IntVector }
`
const predicts = (model: string) => ({ scopes: [[`predict:${model}`]] })
const model = new CostModel({
  schema: buildSchema(SDL),
  facts: readCostFacts(parse(SDL)),
  requirements: new Map([
    ...['fraud', 'fraudMany', 'fraudColumns'].map((name) => [`Query.${name}`, predicts('fraud')] as const),
    ['Mutation.fraudBatch', predicts('fraud')],
    ['Node.score', predicts('score')],
  ]),
  listSize: 10,
})

function demand(query: string, variables: Variables = {}) {
  const document = parse(query)
  const { cost, rows, models } = compileDemand(model, document, getOperationAST(document)!)(variables)
  return { cost, rows, models: Object.fromEntries(models) }
}
const cost = (query: string, variables?: Variables) => demand(query, variables).cost

describe('the cost of an operation', () => {
  it.each([
    ['{ node { id child { id } } }', 2],
    ['{ nodes { id child { id } } }', 20],
    ['{ nodes { children { id } } }', 110],
    ['{ dear { id } }', 8],
    ['{ node { picture } }', 6],
    ['{ first { id } }', 3],
    ['{ first(first: 20, with: 1) { id } }', 24],
    ['{ byId { id } }', 50],
    ['{ byId(ids: ["a", "b"]) { id } }', 2],
    ['{ page(first: 4) { total items { id } } }', 5],
    ['{ any { id } }', 200],
    ['mutation { rename { id } }', 11],
    ['{ node { id } ...Again } fragment Again on Query { node { child { id } } }', 2],
    ['{ a: node { id } b: node { id } }', 2],
    ['{ __typename __schema { types { name } } }', 0],
  ])('%s is %d', (query, expected) => {
    expect(cost(query)).toBe(expected)
  })

  it('follows the variables that change it, and @skip and @include', () => {
    const query = 'query($n: Int, $deep: Boolean!) { first(first: $n) { id child @include(if: $deep) { id } } }'
    expect(cost(query, { n: 5, deep: false })).toBe(5)
    expect(cost(query, { n: 5, deep: true })).toBe(10)
    expect(cost(query, { deep: false })).toBe(3)
    expect(cost(query, { n: -5, deep: false })).toBe(10)
  })

  it('is the same whether a size is written in the document or in a variable', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(sizes, fc.boolean(), (all, deep) => {
        const written = (size: (index: number) => string, include: string) =>
          `{ ${all.map((_, index) => `f${index}: first(first: ${size(index)}) { child @include(if: ${include}) { id } }`).join(' ')} }`
        const declared = all.map((_, index) => `$v${index}: Int`).join(' ')
        const variables = Object.fromEntries(all.map((size, index) => [`v${index}`, size]))
        const varying = `query(${declared} $deep: Boolean!) ${written((index) => `$v${index}`, '$deep')}`
        const literal = written((index) => String(all[index]), String(deep))
        expect(demand(varying, { ...variables, deep })).toEqual(demand(literal))
      }),
    )
  })
})

describe('the predictions of an operation', () => {
  const rows = (count: number) => Array.from({ length: count }, () => ({ amount: 1 }))

  it('are the rows that come in, of each model', () => {
    expect(demand('{ fraud(input: { amount: 1 }) { probability } }')).toEqual({
      cost: 2,
      rows: 1,
      models: { fraud: 1 },
    })
    const many = 'query($inputs: [Row!]!) { fraudMany(inputs: $inputs) { probability by { id } } }'
    expect(demand(many, { inputs: rows(30) })).toEqual({ cost: 90, rows: 30, models: { fraud: 30 } })
    const literal = '{ fraudMany(inputs: [{ amount: 1 }, { amount: 2 }]) { probability } }'
    expect(demand(literal)).toMatchObject({ rows: 2 })
    const batch = 'mutation($inputs: [Row!]!) { fraudBatch(inputs: $inputs) { id } }'
    expect(demand(batch, { inputs: rows(3) })).toEqual({ cost: 14, rows: 3, models: { fraud: 3 } })
  })

  it('are the longest vector of columns, as an array or in base64', () => {
    const query = 'query($input: Columns!) { fraudColumns(input: $input) { probability } }'
    const base64 = Buffer.from(new Float32Array(1_000).buffer).toString('base64')
    expect(demand(query, { input: { amount: Array(40).fill(1), kind: Array(50).fill(1) } })).toMatchObject({ rows: 50 })
    const unread = new UnreadList(70, () => '[]')
    expect(demand(query, { input: { amount: [1], kind: unread } })).toMatchObject({ rows: 70 })
    expect(demand(query, { input: { amount: base64 } })).toEqual({ cost: 101, rows: 1_000, models: { fraud: 1_000 } })
    expect(
      demand('query($a: FloatVector!) { fraudColumns(input: { amount: $a }) { probability } }', { a: [1, 2] }),
    ).toMatchObject({ rows: 2 })
    expect(demand('{ fraudColumns(input: { amount: [1, 2, 3] }) { probability } }')).toMatchObject({ rows: 3 })
  })

  it('are as many as entities, of a list as many as it is taken for', () => {
    expect(demand('{ nodes { score { probability } } }')).toMatchObject({ rows: 10, models: { score: 10 } })
    expect(demand('{ first(first: 4) { score { probability } } fraud(input: {}) { probability } }')).toMatchObject({
      rows: 5,
      models: { score: 4, fraud: 1 },
    })
  })

  it('count on an interface as on its members', () => {
    expect(demand('{ any { score { probability } } }')).toMatchObject({ models: { score: 10 } })
  })
})
