import fc from 'fast-check'
import { buildSchema, getVariableValues, type OperationDefinitionNode, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { compileCoercion } from './coerce.js'

const schema = buildSchema(`
  enum Kind { GROCERY TRAVEL }
  input Visit { day: Int!, notes: [String!] = ["none"] }
  input Row { amount: Float!, kind: Kind = TRAVEL, id: ID, flag: Boolean, visits: [Visit!], grid: [[Int]!] }
  input Choice @oneOf { row: Row, name: String }
  type Query { rows(rows: [Row!]!, limit: Int, choice: Choice): Int }
`)
const operation = parse(
  'query($rows: [Row!]!, $limit: Int = 7, $choice: Choice) { rows(rows: $rows, limit: $limit, choice: $choice) }',
).definitions[0] as OperationDefinitionNode

const coerce = compileCoercion(schema, operation)

const leaf = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom('GROCERY', 'TRAVEL', 'x', ''),
  fc.boolean(),
  fc.constant(null),
)
const near = <T>(right: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: leaf as fc.Arbitrary<unknown> })
const visit = fc.record(
  { day: near(fc.integer({ min: -5, max: 5 })), notes: near(fc.array(near(fc.string()))) },
  { requiredKeys: [] },
)
const row = fc.record(
  {
    amount: near(fc.double({ noNaN: true, noDefaultInfinity: true })),
    kind: near(fc.constantFrom('GROCERY', 'TRAVEL')),
    id: near(fc.oneof(fc.string(), fc.integer())),
    flag: near(fc.boolean()),
    visits: near(fc.array(near(visit), { maxLength: 3 })),
    grid: near(fc.array(near(fc.array(near(fc.integer({ min: 0, max: 9 })))))),
    foreign: leaf,
  },
  { requiredKeys: ['amount'] },
)
const variables = fc.record(
  {
    rows: near(fc.array(near(row), { maxLength: 3 })),
    limit: near(fc.integer({ min: 0, max: 9 })),
    choice: near(fc.record({ row: near(row), name: near(fc.string()) }, { requiredKeys: [] })),
  },
  { requiredKeys: [] },
)

describe('coerced variables', () => {
  it('accepts what the reference implementation accepts, with the same values, and nothing else', () => {
    let accepted = 0
    fc.assert(
      fc.property(variables, (given) => {
        const reference = getVariableValues(schema, operation.variableDefinitions ?? [], given)
        const ours = coerce(given)
        expect('errors' in ours).toBe(reference.errors !== undefined)
        if ('errors' in ours) return
        accepted += 1
        expect(ours.values).toEqual(reference.coerced)
      }),
      { numRuns: 2000, examples: [[{ rows: [{ amount: 0, flag: false }] }]] },
    )
    expect(accepted).toBeGreaterThan(10)
  })

  it('names every finding within the request', () => {
    fc.assert(
      fc.property(variables, (given) => {
        const ours = coerce(given)
        if (!('errors' in ours)) return
        for (const { details } of ours.errors) expect(details.path).toMatch(/^(rows|limit|choice)(\.\w+)*$/)
      }),
    )
  })
})
