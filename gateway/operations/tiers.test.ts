import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Clinic, startClinic } from '../testing/test-gateway.js'

interface Asked {
  readonly query: string
  readonly variables?: Record<string, unknown> | readonly unknown[]
  readonly operationName?: string
}

const RISK = 'query($input: RiskInput!) { risk(input: $input) }'

const COLUMNS = 'query($amount: FloatVector!) { riskColumns(amount: $amount) }'

const CASES: Readonly<Record<string, Asked>> = {
  'one field': { query: '{ hello }' },
  'two subgraphs': { query: '{ patient(id: "4") { id name risk } hello }' },
  'a list of entities': { query: '{ patients { name risk } }' },
  'a union': { query: '{ search { __typename ... on Patient { risk } ... on Dataset { licence } } }' },
  'an interface': { query: '{ assets { __typename id owner } }' },
  'a variable': { query: RISK, variables: { input: { amount: 3, kind: 'TRAVEL' } } },
  'a variable of the wrong type': { query: RISK, variables: { input: { amount: 'much', kind: 'TRAVEL' } } },
  'a missing variable': { query: RISK },
  'variables that are a list': { query: RISK, variables: [1, 2] },
  columns: { query: COLUMNS, variables: { amount: [1, null, 3] } },
  'columns beside a fetch that has no need of them': {
    query: `query($amount: FloatVector!) { hello riskColumns(amount: $amount) }`,
    variables: { amount: [1, 2.5] },
  },
  'columns of the wrong type': { query: COLUMNS, variables: { amount: { a: [1] } } },
  'lists that are no columns': { query: RISK, variables: { input: { amount: [3], kind: ['TRAVEL'] } } },
  'a column too many': { query: COLUMNS, variables: { amount: [1], more: [2] } },
  'one of two operations': { query: 'query A { hello } query B { patients { id } }', operationName: 'B' },
  'a mutation': { query: 'mutation { rename(id: "1", name: "x") { name } }' },
  'what is forbidden': { query: '{ secret { code } }' },
  'what is forbidden unless left out': {
    query: 'query($all: Boolean!) { hello secret @include(if: $all) { code } }',
    variables: { all: true },
  },
  'what is left out': {
    query: 'query($all: Boolean!) { hello secret @include(if: $all) { code } }',
    variables: { all: false },
  },
  'an error of a subgraph': { query: '{ hello fails }' },
  'an error without data': { query: '{ fails }' },
  'a masked error': { query: '{ broken hello }' },
  'an error of one entity': { query: '{ patient(id: "404") { name risk } }' },
  'a hole': { query: '{ hole }' },
  introspection: { query: '{ __type(name: "Patient") { name fields { name } } }' },
  'introspection beside data': {
    query: '{ hello ...T t: __typename } fragment T on Query { __schema { queryType { name } } }',
  },
  'a type name alone': { query: '{ __typename }' },
}

describe('the two tiers', () => {
  let clinic: Clinic
  let headers: Record<string, string>
  beforeAll(async () => {
    clinic = await startClinic()
    headers = {
      authorization: `Bearer ${clinic.keyFor('patient:read', 'predict:risk')}`,
      'content-type': 'application/json',
      'x-request-id': 'the-same-request',
    }
  })
  afterAll(() => clinic.stop())

  const ask = async (asked: Asked, accept = '*/*', space = '') => {
    const response = await fetch(`${clinic.gateway.url}/graphql`, {
      method: 'POST',
      headers: { ...headers, accept },
      body: JSON.stringify(asked) + space,
    })
    const sent = Object.fromEntries(response.headers)
    return { status: response.status, headers: { ...sent, date: '' }, text: await response.text() }
  }

  it.each(Object.entries(CASES))('answer the same, byte by byte: %s', async (_what, asked) => {
    const complete = await ask(asked)
    expect(await ask(asked)).toEqual(complete)
    expect(await ask(asked)).toEqual(complete)
    expect(await ask(asked, undefined, ' '.repeat(8_192))).toEqual(complete)
  })

  it('differ in cost only: the second request is not validated again', async () => {
    const asked = { query: '{ once: hello }' }
    await ask(asked)
    const line = (await ask(asked)) && clinic.lines.filter(({ msg }) => msg === 'request').at(-1)
    expect(line).toMatchObject({ outcome: 'ok', status: 200 })
  })

  it('leave unusual requests to the complete one', async () => {
    const asked = { query: '{ hello }' }
    await ask(asked)
    const other = await ask(asked, 'application/graphql-response+json')
    expect(other.headers).toMatchObject({ 'content-type': expect.stringContaining('graphql-response+json') })
    expect((await ask(asked, 'text/plain')).status).toBe(406)
  })
})
