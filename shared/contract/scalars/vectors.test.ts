import { GraphQLObjectType, type GraphQLScalarType, GraphQLSchema, graphql } from 'graphql'
import { describe, expect, it } from 'vitest'
import { columnFields, VECTOR_SCALARS } from '../columns/column-fields.js'
import { fraudDetector } from '../fixtures/payment.js'
import { BooleanVector, FloatVector, ImageVector, IntVector, StringVector } from './vectors.js'

/** What a resolver receives for an argument, and what the client gets for the answer given. */
async function ask(scalar: GraphQLScalarType, source: string, variables = {}, answer: unknown = null) {
  const received: unknown[] = []
  const resolve = (_: unknown, { v }: { v?: unknown }) => {
    received.push(v)
    return answer
  }
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: { echo: { type: scalar, args: { v: { type: scalar } }, resolve } },
  })
  const result = await graphql({ schema: new GraphQLSchema({ query }), source, variableValues: variables })
  return { received: received[0], ...result }
}

describe('vector scalars', () => {
  it('hand an array on as it is, from a variable without a copy', async () => {
    const values = [1, 2.5, null]
    const { received } = await ask(FloatVector, 'query ($v: FloatVector) { echo(v: $v) }', { v: values })
    expect(received).toBe(values)
    expect((await ask(FloatVector, '{ echo(v: [1, 2.5, null]) }')).received).toEqual(values)
    expect((await ask(StringVector, '{ echo(v: ["a", "b"]) }')).received).toEqual(['a', 'b'])
    expect((await ask(ImageVector, '{ echo(v: ["AAAA", [1, 2]]) }')).received).toEqual(['AAAA', [1, 2]])
  })

  it.each([
    [FloatVector, Float32Array.of(1.5, -2)],
    [IntVector, Int32Array.of(1, -2)],
    [BooleanVector, Uint8Array.of(1, 0)],
  ])('%s decodes base64 of little-endian values', async (scalar, values) => {
    const text = Buffer.from(values.buffer).toString('base64')
    const { received } = await ask(scalar, `query ($v: ${scalar.name}) { echo(v: $v) }`, { v: text })
    expect(received).toEqual(values)
  })

  it('hands a text on that is no base64, for the contract to name the column', async () => {
    expect((await ask(FloatVector, '{ echo(v: "no base64") }')).received).toBe('no base64')
  })

  it.each([
    [FloatVector, '{ echo(v: 7) }'],
    [FloatVector, '{ echo(v: { a: 1 }) }'],
    [StringVector, '{ echo(v: "AAAA") }'],
    [ImageVector, '{ echo(v: "AAAA") }'],
  ])('%s refuses %s with what it expects', async (scalar, source) => {
    const { errors } = await ask(scalar, source)
    expect(errors![0]!.message).toContain('expected a JSON array of')
  })

  it('refuses a variable of another type with a code', async () => {
    const { errors } = await ask(FloatVector, 'query ($v: FloatVector) { echo(v: $v) }', { v: 7 })
    expect(errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  it('never write a number that JSON cannot hold', async () => {
    const { data } = await ask(FloatVector, '{ echo }', {}, Float64Array.of(1, Number.NaN, Number.NEGATIVE_INFINITY))
    expect(data).toEqual({ echo: [1, null, null] })
  })
})

describe('columnFields', () => {
  it('names one vector per feature and output, documented like the rows', () => {
    const { input, output } = columnFields(fraudDetector.contract)
    expect(input.map(({ name, scalar, nullable }) => `${name}: ${scalar.name}${nullable ? '' : '!'}`)).toEqual([
      'amount: FloatVector!',
      'merchantKind: StringVector!',
      'entryMode: StringVector!',
      'paymentsToday: IntVector!',
      'abroad: BooleanVector!',
      'embedding: FloatVector!',
      'accountAge: FloatVector',
      'income: FloatVector',
      'age: FloatVector!',
    ])
    expect(input[0]!.description).toBe('Amount of the payment. Unit: EUR. At least 0. Example: 42.5.')
    expect(input[1]!.description).toBe('Example: GROCERY. One of GROCERY, TRAVEL, GAMBLING.')
    expect(output.map(({ name, scalar }) => `${name}: ${scalar.name}`)).toEqual([
      'probability: FloatVector',
      'label: StringVector',
      'probabilities: FloatVector',
      'decision: StringVector',
    ])
    expect(output[2]!.description).toBe(
      '2 values. From 0 to 1. The 2 values of a row follow each other, row after row.',
    )
    expect(VECTOR_SCALARS).toEqual(expect.arrayContaining([...input, ...output].map(({ scalar }) => scalar)))
  })
})
