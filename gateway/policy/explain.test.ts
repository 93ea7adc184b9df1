import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OPEN_DELIVERY } from '../../shared/control/protocol.js'
import { generateApiKey } from '../../shared/identity/api-key.js'
import { sha256Of } from '../delivery/persisted-query.js'
import { keyHolder } from '../testing/key-holder.js'
import { ask, type Clinic, codes, fetches, startClinic } from '../testing/test-gateway.js'
import { demandsSchema } from './demands.js'
import type { ExplainedPolicy } from './explainer.js'

const PUBLISH = 'mutation Publish { publish }'

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
    const houseOperations = new Map([[sha256Of(PUBLISH), PUBLISH]])
    clinic = await startClinic({ config: { demands: demandsSchema.parse(DEMANDS) }, houseOperations })
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

  const EXPLAIN = `query Explain($operation: String!, $operationName: String, $variables: JSONObject, $as: ExplainedCallerInput!) {
    explainPolicy(operation: $operation, operationName: $operationName, variables: $variables, as: $as) {
      allowed
      fields { path coordinate decision rules { source at needs holds } reason }
    }
  }`
  const explain = async (key: string, question: Record<string, unknown>) => {
    const reply = await ask(clinic, key, EXPLAIN, question)
    const { allowed, fields } = (reply.data?.explainPolicy ?? {}) as Partial<ExplainedPolicy>
    return { status: reply.status, codes: codes(reply), allowed, fields }
  }

  it('are explained to admins with those of the teams, field by field, and nothing is fetched', async () => {
    const operation = 'query($all: Boolean!) { p: patient(id: "1") { id name risk @include(if: $all) } hello }'
    const as = { scopes: ['predict:*'], deniedFields: ['Patient.name'] }
    const before = fetches(clinic)
    const answer = await explain(admin, { operation, variables: { all: true }, as })
    const open = { decision: 'ALLOWED', rules: [], reason: null }
    expect(answer).toEqual({
      status: 200,
      codes: [],
      allowed: false,
      fields: [
        { path: ['p'], coordinate: 'Query.patient', ...open },
        { path: ['p', 'id'], coordinate: 'Patient.id', ...open },
        {
          path: ['p', 'name'],
          coordinate: 'Patient.name',
          decision: 'REFUSED',
          rules: [
            { source: 'TEAM', at: 'Patient.name', needs: 'the scope patient:read', holds: false },
            { source: 'CLIENT', at: 'Patient.name', needs: 'that it is not denied to the client', holds: false },
          ],
          reason: 'Patient.name is denied to this client.',
        },
        {
          path: ['p', 'risk'],
          coordinate: 'Patient.risk',
          decision: 'REFUSED',
          rules: [
            { source: 'TEAM', at: 'Patient.risk', needs: 'the scope predict:risk', holds: true },
            { source: 'OPERATOR', at: 'Patient.risk', needs: 'the scope risk:see', holds: false },
          ],
          reason: 'Patient.risk needs the scope predict:risk, and the scope risk:see; this key has not got it.',
        },
        {
          path: ['hello'],
          coordinate: 'Query.hello',
          decision: 'REFUSED',
          rules: [{ source: 'OPERATOR', at: 'Query.hello', needs: 'the scope greet', holds: false }],
          reason: 'Query.hello needs the scope greet; this key has not got it.',
        },
      ],
    })
    const less = await explain(admin, {
      operation,
      variables: { all: false },
      as: { scopes: ['greet', 'patient:read'] },
    })
    expect(less).toMatchObject({
      allowed: true,
      fields: expect.arrayContaining([expect.objectContaining({ decision: 'LEFT_OUT', reason: null })]),
    })
    expect(fetches(clinic)).toBe(before)
  })

  it.each([
    ['by default', 'mutation { unruled }', 'DEFAULT', 'Mutation.unruled'],
    ['at the type', '{ assets { ... on Picture { id } } }', 'OPERATOR', 'Asset'],
    ['by a rule that nobody has written', '{ hole }', 'OPERATOR', 'Query.hole'],
  ])('are explained %s', async (_what, operation, source, at) => {
    const { fields } = await explain(admin, { operation, as: {} })
    const refused = fields?.find(({ decision }) => decision === 'REFUSED')
    expect(refused?.rules).toMatchObject([{ source, at, holds: false }])
  })

  it('are explained for a client by its name, with what is given in place of what it has', async () => {
    const key = generateApiKey('test')
    const delivery = { ...OPEN_DELIVERY, deniedFields: ['Patient.id'] }
    clinic.registry.addKey(key, keyHolder({ clientId: 'ward', client: 'ward', scopes: ['greet'], delivery }))
    const operation = '{ hello patients { id } }'
    const refused = async (as: object) =>
      (await explain(admin, { operation, as })).fields
        ?.filter(({ decision }) => decision === 'REFUSED')
        .map(({ coordinate }) => coordinate)
    expect(await refused({ client: 'ward' })).toEqual(['Patient.id'])
    expect(await refused({ client: 'ward', deniedFields: [] })).toEqual([])
    expect(await refused({ client: 'ward', scopes: [] })).toEqual(['Query.hello', 'Patient.id'])
  })

  it('are explained with the safelist, where the client has to keep to it', async () => {
    const [listed, other] = ['query Greeting { hello }', 'query Greeting { hello } ']
    const delivery = {
      ...OPEN_DELIVERY,
      operations: 'SAFELISTED' as const,
      safelist: { version: 1, sha256: [sha256Of(listed)] },
    }
    const holder = keyHolder({ clientId: 'kiosk', client: 'kiosk', scopes: ['greet'], delivery })
    clinic.registry.addKey(generateApiKey('test'), holder)
    const asked = async (operation: string, as: object) => {
      const query = `query($o: String!, $as: ExplainedCallerInput!) { explainPolicy(operation: $o, as: $as) { allowed safelisted } }`
      return (await ask(clinic, admin, query, { o: operation, as })).data?.explainPolicy
    }
    expect(await asked(listed, { client: 'kiosk' })).toEqual({ allowed: true, safelisted: true })
    expect(await asked(listed, { client: 'kiosk', scopes: [] })).toEqual({ allowed: false, safelisted: true })
    expect(await asked(other, { client: 'kiosk' })).toEqual({ allowed: false, safelisted: false })
    expect(await asked(PUBLISH, { client: 'kiosk', scopes: ['publish:x'] })).toEqual({
      allowed: true,
      safelisted: true,
    })
    expect(await asked(other, { scopes: ['greet'] })).toEqual({ allowed: true, safelisted: null })
  })

  it('are explained beside what subgraphs answer, again and again, and as a field of the graph', async () => {
    const query = `{
      whoami { client }
      ...Why
      hello
      __type(name: "ExplainedPolicy") { name }
    } fragment Why on Query { why: explainPolicy(operation: "{ hello }", as: { scopes: ["greet"] }) { allowed } }`
    const data = { whoami: { client: 'admin' }, hello: 'world', __type: { name: 'ExplainedPolicy' } }
    for (let time = 0; time < 2; time++) {
      const reply = await ask(clinic, admin, query)
      expect([reply.errors, reply.data]).toEqual([[], { ...data, why: { allowed: true } }])
    }
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
        const { allowed } = await explain(admin, { operation: query, as: { scopes } })
        expect([scopes, query, (await ask(clinic, key, query)).status !== 403]).toEqual([scopes, query, allowed])
      }
    }
  })

  it.each([
    ['by others than admins', () => clinic.keyFor('predict:*'), { operation: '{ hello }', as: {} }, 'FORBIDDEN'],
    ['without a caller', () => admin, { operation: '{ hello }' }, 'BAD_USER_INPUT'],
    ['for an unknown client', () => admin, { operation: '{ hello }', as: { client: 'nobody' } }, 'NOT_FOUND'],
    ['of an unknown field', () => admin, { operation: '{ goodbye }', as: {} }, 'GRAPHQL_VALIDATION_FAILED'],
    ['of no GraphQL', () => admin, { operation: '{', as: {} }, 'GRAPHQL_PARSE_FAILED'],
    ['of nothing', () => admin, { operation: '', as: {} }, 'BAD_REQUEST'],
    ['of no operation', () => admin, { operation: '{ hello }', operationName: 'A', as: {} }, 'BAD_REQUEST'],
    [
      'with wrong variables',
      () => admin,
      { operation: 'query($i: ID!) { patient(id: $i) { id } }', as: {} },
      'BAD_USER_INPUT',
    ],
  ])('are not explained when asked %s', async (_what, key, question, code) => {
    const before = fetches(clinic)
    const asking = key()
    for (let time = 0; time < 2; time++) {
      expect(await explain(asking, question)).toMatchObject({ codes: [code], allowed: undefined })
    }
    expect(fetches(clinic)).toBe(before)
  })
})
