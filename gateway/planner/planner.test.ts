import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { Planner } from './planner.js'

const SDL = readFileSync('gateway/testing/fixtures/supergraph.graphql', 'utf8')

describe('the planner', () => {
  const planner = new Planner()
  afterAll(() => planner.close())

  it('loads a supergraph: what clients see, who may ask what, where it is', async () => {
    const { api, requirements, subgraphs } = await planner.load(SDL)
    expect(api.join('\n')).toContain('type Patient')
    expect(api.join('\n')).not.toContain('join__')
    expect(requirements.get('Patient.name')).toEqual({ scopes: [['patient:read']] })
    expect(subgraphs.map(({ name }) => name)).toEqual(['patients', 'risk'])
  })

  it('refuses a supergraph that cannot be served, and goes on', async () => {
    await expect(planner.load('type Query { a: Int }')).rejects.toThrow()
    const { graph } = await planner.load(SDL)
    const plan = await planner.plan(graph, '{ patient(id: 1) { name risk } }', undefined)
    expect(plan.node?.kind).toBe('Sequence')
  })

  it('plans nothing on a graph it has let go', async () => {
    const { graph } = await planner.load(SDL)
    await planner.unload(graph)
    await expect(planner.plan(graph, '{ hello }', undefined)).rejects.toThrow('not loaded')
  })

  it('refuses more than it can plan soon', async () => {
    const { graph } = await planner.load(SDL)
    const asked = Array.from({ length: 300 }, (_, field) => planner.plan(graph, `{ a${field}: hello }`, undefined))
    const settled = await Promise.allSettled(asked)
    const refused = settled.filter((one) => one.status === 'rejected')
    expect(refused.length).toBe(300 - 256)
    expect(refused.every(({ reason }) => (reason as { code?: string }).code === 'OVERLOADED')).toBe(true)
  })
})
