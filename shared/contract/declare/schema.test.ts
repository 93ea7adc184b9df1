import { type GraphQLSchema, graphql, printSchema } from 'graphql'
import { Arg, buildSchema, Query, Resolver } from 'type-graphql'
import { describe, expect, it } from 'vitest'
import { DigitImage } from '../fixtures/digit.js'
import { EXAMPLE, FraudScore, MERCHANT_KINDS, Payment } from '../fixtures/payment.js'

const asked: unknown[] = []

@Resolver()
class Predictions {
  @Query(() => FraudScore)
  fraudDetector(@Arg('input', () => Payment) input: Payment): FraudScore {
    asked.push(input)
    return { probability: 0.5, label: 'FRAUD', probabilities: [0.5, 0.5], decision: 'DECLINE' }
  }

  @Query(() => Boolean)
  digitReader(@Arg('input', () => DigitImage) input: DigitImage): boolean {
    asked.push(input.image)
    return true
  }
}

async function schemaOf(): Promise<GraphQLSchema> {
  return buildSchema({ resolvers: [Predictions], validate: false })
}

describe('the GraphQL types of a contract', () => {
  it('document features and outputs in the graph', async () => {
    await expect(printSchema(await schemaOf())).toMatchFileSnapshot('../fixtures/payment.golden.txt')
  })

  it('take a row as the contract wants it and give an answer', async () => {
    const source =
      'query ($input: Payment!) { fraudDetector(input: $input) { probability label probabilities decision } }'
    const answer = await graphql({ schema: await schemaOf(), source, variableValues: { input: EXAMPLE } })
    expect(answer.errors).toBeUndefined()
    expect(answer.data).toEqual({
      fraudDetector: { probability: 0.5, label: 'FRAUD', probabilities: [0.5, 0.5], decision: 'DECLINE' },
    })
    expect(asked.at(-1)).toEqual(EXAMPLE)
    expect(MERCHANT_KINDS).toContain(EXAMPLE.merchantKind)
  })

  it('take an image as a text or as numbers, written in the query too', async () => {
    const schema = await schemaOf()
    await graphql({ schema, source: '{ digitReader(input: { image: "AAAA" }) }' })
    expect(asked.at(-1)).toBe('AAAA')
    await graphql({ schema, source: '{ digitReader(input: { image: [0, 1.5] }) }' })
    expect(asked.at(-1)).toEqual([0, 1.5])
    const refused = await graphql({ schema, source: '{ digitReader(input: { image: 7 }) }' })
    expect(refused.errors![0]!.message).toContain('expected a PNG or JPEG in base64, or an array of numbers')
  })
})
