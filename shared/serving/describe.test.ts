import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { describeSubgraph } from './describe.js'
import { sample } from './fixtures/sample.js'
import { defineSubgraph } from './subgraph.js'

describe('describeSubgraph', () => {
  it('answers the SDL that follows from the declarations', async () => {
    const { sdl } = await describeSubgraph(sample)
    await expect(sdl).toMatchFileSnapshot('./fixtures/sample.sdl.txt')
  })

  it('answers a valid subgraph, the same every time', async () => {
    const { sdl } = await describeSubgraph(sample)
    expect(() => buildSubgraphSchema(parse(sdl))).not.toThrow()
    expect((await describeSubgraph(sample)).sdl).toBe(sdl)
  })

  it('answers the contracts of the models', async () => {
    const { name, contracts } = await describeSubgraph(sample)
    expect(name).toBe('payments')
    expect(contracts).toMatchObject([
      { format: 1, model: 'payment-risk', input: { type: 'Payment' }, responseTimeMs: 50 },
    ])
  })

  it('adds nothing to a subgraph without models', async () => {
    const { resolvers, references } = sample
    const { sdl } = await describeSubgraph(defineSubgraph({ name: 'merchants', resolvers, references }))
    expect(sdl).toContain('type Merchant @key(fields: "id")')
    expect(sdl).not.toContain('Prediction')
  })
})
