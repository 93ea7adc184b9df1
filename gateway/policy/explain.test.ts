import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, type Clinic, codes, fetches, startClinic } from '../testing/test-gateway.js'
import { demandsSchema } from './demands.js'

const DEMANDS = {
  'Query.hello': { scopes: [['greet']] },
  'Patient.risk': { scopes: [['risk:see']] },
  Asset: { scopes: [['asset:read']] },
  'Query.hole': { policies: [['nobody-wrote-this-rule']] },
  'Query.vanished': { scopes: [['admin']] },
}

describe("the operator's rules as data", () => {
  let clinic: Clinic
  let admin: string
  beforeAll(async () => {
    clinic = await startClinic({ config: { demands: demandsSchema.parse(DEMANDS) } })
    admin = clinic.keyFor('admin')
  })
  afterAll(() => clinic.stop())

  it.each([
    ['where the teams require nothing', [], ['greet'], '{ hello }', 'Query.hello'],
    [
      'beside what the teams require',
      ['predict:risk'],
      ['predict:risk', 'risk:see'],
      '{ patients { risk } }',
      'Patient.risk',
    ],
    ['beside that, and not in its place', ['risk:see'], ['admin'], '{ patients { r: risk } }', 'Patient.risk'],
    ['of every type of an interface', [], ['asset:read'], '{ assets { ... on Picture { id } } }', 'Picture.id'],
  ])('hold %s', async (_what, few, enough, query, coordinate) => {
    const before = fetches(clinic)
    for (let time = 0; time < 2; time++) {
      const reply = await ask(clinic, clinic.keyFor(...few), query)
      expect([reply.status, reply.errors[0]?.extensions.coordinate]).toEqual([403, coordinate])
    }
    expect(fetches(clinic)).toBe(before)
    expect((await ask(clinic, clinic.keyFor(...enough), query)).errors).toEqual([])
  })

  it('deny by a rule that nobody has written, even admins', async () => {
    expect(codes(await ask(clinic, admin, '{ hole }'))).toEqual(['FORBIDDEN'])
  })

  it('keep no supergraph from being served by naming what it does not have, and say so', async () => {
    const warning = { msg: "the operator's rules name what the graph does not have", rules: ['Query.vanished'] }
    expect(clinic.lines).toContainEqual(expect.objectContaining({ ...warning, version: 1 }))
    const metrics = await (await fetch(`${clinic.gateway.url}/metrics`)).text()
    expect(metrics).toContain('modelgraph_operator_rules_unmatched{coordinate="Query.vanished"} 1\n')
    expect(metrics.match(/modelgraph_operator_rules_unmatched\{/g)).toHaveLength(1)
    clinic.registry.publish(clinic.sdl('supergraph-next'))
    await clinic.poll()
    expect((await ask(clinic, clinic.keyFor('greet'), '{ riskClass }')).data).toEqual({ riskClass: 'low' })
    expect(codes(await ask(clinic, clinic.keyFor(), '{ hello }'))).toEqual(['FORBIDDEN'])
    expect(clinic.lines).toContainEqual(expect.objectContaining({ ...warning, version: 2 }))
    clinic.registry.publish(clinic.sdl('supergraph'))
    await clinic.poll()
  })

  const explain = async (key: string, question: unknown) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const sent = { method: 'POST', headers, body: JSON.stringify(question) }
    const response = await fetch(`${clinic.gateway.url}/admin/explain-policy`, sent)
    const { allowed, fields } = (await response.json()) as { allowed?: boolean; fields?: readonly unknown[] }
    return { status: response.status, allowed, fields }
  }

  it('are explained to admins with those of the teams, field by field', async () => {
    const query = 'query($all: Boolean!) { p: patient(id: "1") { id name risk @include(if: $all) } hello }'
    const as = { scopes: ['predict:*'], deniedFields: ['Patient.name'] }
    const before = fetches(clinic)
    const answer = await explain(admin, { query, variables: { all: true }, as })
    expect(answer).toEqual({
      status: 200,
      allowed: false,
      fields: [
        { path: ['p'], coordinate: 'Query.patient', decision: 'ALLOWED', needs: null },
        { path: ['p', 'id'], coordinate: 'Patient.id', decision: 'ALLOWED', needs: null },
        {
          path: ['p', 'name'],
          coordinate: 'Patient.name',
          decision: 'REFUSED',
          needs: 'the scope patient:read',
          reason: 'Patient.name is denied to this client.',
        },
        {
          path: ['p', 'risk'],
          coordinate: 'Patient.risk',
          decision: 'REFUSED',
          needs: 'the scope predict:risk, and the scope risk:see',
          reason: 'Patient.risk needs the scope predict:risk, and the scope risk:see; this key has not got it.',
        },
        {
          path: ['hello'],
          coordinate: 'Query.hello',
          decision: 'REFUSED',
          needs: 'the scope greet',
          reason: 'Query.hello needs the scope greet; this key has not got it.',
        },
      ],
    })
    const less = await explain(admin, { query, variables: { all: false }, as: { scopes: ['greet', 'patient:read'] } })
    expect(less).toMatchObject({
      allowed: true,
      fields: expect.arrayContaining([expect.objectContaining({ decision: 'LEFT_OUT' })]),
    })
    expect(fetches(clinic)).toBe(before)
  })

  it('explain what is then decided', async () => {
    const queries = [
      '{ hello }',
      '{ patients { risk } }',
      '{ assets { owner } }',
      '{ search { ... on Dataset { licence } } }',
      '{ __schema { queryType { name } } }',
      'mutation { unruled }',
      '{ secret { __typename code } }',
    ]
    for (const scopes of [[], ['greet', 'predict:risk', 'risk:see'], ['asset:read', 'catalogue:read'], ['admin']]) {
      const key = clinic.keyFor(...scopes)
      for (const query of queries) {
        const { allowed } = await explain(admin, { query, as: { scopes } })
        expect([scopes, query, (await ask(clinic, key, query)).status !== 403]).toEqual([scopes, query, allowed])
      }
    }
  })

  it.each([
    ['by others than admins', () => clinic.keyFor('predict:*'), { query: '{ hello }', as: { scopes: [] } }, 403],
    ['without a caller', () => admin, { query: '{ hello }' }, 400],
    ['of an unknown field', () => admin, { query: '{ goodbye }', as: { scopes: [] } }, 400],
    ['of no GraphQL', () => admin, { query: '{', as: { scopes: [] } }, 400],
    ['of no operation', () => admin, { query: '{ hello }', operationName: 'A', as: { scopes: [] } }, 400],
  ])('are not explained when asked %s', async (_what, key, question, status) => {
    expect((await explain(key(), question)).status).toBe(status)
  })
})
