import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Criticality, Identity } from '../identity/claims.js'
import { GATEWAY_SUBJECT } from '../mesh/protocol.js'
import { APP, Served } from './fixtures/served.js'

const GATEWAY: Identity = { subject: GATEWAY_SUBJECT, client: 'gateway', scopes: [], environment: 'test' }
const ROW = '{amount: 1, sinceLastPayment: 1}'

let served: Served

beforeAll(async () => {
  const settings = { MODELGRAPH_MAX_OPERATIONS: '5', MODELGRAPH_MAX_ROWS_UNDER_WAY: '10' }
  served = await Served.start({ 1: 'risk-1' }, settings)
})

afterAll(() => served.stop())

/** The outcome of each operation, all asked at once. */
async function outcomes(parts: readonly (readonly [query: string, criticality?: Criticality])[]) {
  const body = parts.map(([query, criticality], index) => {
    const caller = { ...APP, ...(criticality && { criticality }) }
    return { query, extensions: { modelgraph: { caller, requestId: `part-${index}`, deadlineMs: 8_000 } } }
  })
  const response = await served.send(JSON.stringify(body), {}, GATEWAY)
  const answers = (await response.json()) as { errors?: { extensions: { code: string; retryAfterMs: number } }[] }[]
  return answers.map(({ errors: [error] = [] }) => {
    if (error) expect(error.extensions.retryAfterMs).toBeGreaterThan(0)
    return error?.extensions.code ?? 'ok'
  })
}

it('refuses operations beyond the bound at once, those of mission-critical clients last', async () => {
  const query = `{ paymentRisk(input: ${ROW}) { probability } }`
  const internal = Array.from({ length: 5 }, () => [query] as const)
  const critical = Array.from({ length: 2 }, () => [query, 'MISSION_CRITICAL'] as const)
  const refused = await outcomes([...internal, ...critical])
  expect(refused).toEqual(['ok', 'ok', 'ok', 'ok', 'OVERLOADED', 'ok', 'OVERLOADED'])
  expect(await outcomes([[query], [query], [query]])).toEqual(['ok', 'ok', 'ok'])
})

it('refuses rows beyond the bound at once, those of batches first', async () => {
  const batch = `mutation { paymentRiskBatch(inputs: [${Array(5).fill(ROW)}]) { succeeded } }`
  const rows = `{ paymentRiskMany(inputs: [${Array(3).fill(ROW)}]) { __typename } }`
  const columns = '{ paymentRiskColumns(input: {amount: [1], sinceLastPayment: [1]}) { probability } }'
  const refused = await outcomes([[batch], [batch], [rows], [columns]])
  expect(refused).toEqual(['ok', 'OVERLOADED', 'ok', 'OVERLOADED'])
  expect(await outcomes([[batch], [rows], [columns, 'MISSION_CRITICAL']])).toEqual(['ok', 'ok', 'ok'])
  const metrics = await (await fetch(`${served.url}/metrics`)).text()
  expect(metrics).toContain('modelgraph_refused_total{what="rows",rank="BATCH"} 5')
  expect(metrics).toContain('modelgraph_under_way{what="rows"} 0')
})
