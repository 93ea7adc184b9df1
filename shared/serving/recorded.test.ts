import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Served } from './fixtures/served.js'

let served: Served

beforeAll(async () => {
  served = await Served.start()
})

afterAll(() => served.stop())

const rows = () => served.registry.predictions

/** Asks, and waits until so many rows more are with the registry. */
async function asked(rowsMore: number, query: string, operationName?: string) {
  const before = rows().length
  const { data } = await served.post(JSON.stringify({ query, operationName }))
  await served.until(() => rows().length >= before + rowsMore)
  return { data, rows: rows().slice(before) }
}

describe('what a subgraph answers', () => {
  it('is recorded with its id, inputs, outputs, route and caller', async () => {
    const query =
      'query Risk__payments__0 { paymentRisk(input: { amount: 1, sinceLastPayment: 60 }) { predictionId probability } }'
    const { data, rows } = await asked(1, query, 'Risk__payments__0')
    const { predictionId, probability } = data.paymentRisk
    expect(rows).toMatchObject([
      {
        model: 'payment-risk',
        version: 1,
        id: predictionId,
        origin: { client: 'app', operation: 'Risk', route: 'CHAMPION' },
        error: null,
        inputs: { amount: 1 },
        outputs: { probability },
      },
    ])
  })

  it('is recorded row by row for lists and columns, failed rows too', async () => {
    const list =
      '{ paymentRiskMany(inputs: [{ amount: 1, sinceLastPayment: 1 }, { amount: -1, sinceLastPayment: 1 }]) { __typename } }'
    expect((await asked(2, list)).rows.map(({ error }) => error)).toEqual([null, 'BAD_USER_INPUT'])
    const columns =
      '{ paymentRiskColumns(input: { amount: [1, 2, -3], sinceLastPayment: [1, 2, 3] }) { predictionIds } }'
    const { data, rows } = await asked(3, columns)
    const { predictionIds } = data.paymentRiskColumns
    expect(rows.map(({ error }) => error)).toEqual([null, null, 'BAD_USER_INPUT'])
    expect(rows.slice(0, 2).map(({ id }) => id)).toEqual(predictionIds.slice(0, 2))
    expect(rows.map(({ inputs }) => inputs.amount)).toEqual([1, 2, -3])
  })

  it('is recorded without a version where there is none', async () => {
    const { rows } = await asked(
      1,
      '{ paymentRisk(input: { amount: 1, sinceLastPayment: 60 }, at: "99") { probability } }',
    )
    expect(rows).toMatchObject([{ version: null, error: 'MODEL_NOT_FOUND', origin: { route: null } }])
  })

  it('is counted in health and metrics', async () => {
    const { predictionLog } = await served.until(({ predictionLog }) => predictionLog!.rows.delivered === rows().length)
    expect(predictionLog!.rows).toMatchObject({ spooled: rows().length, dropped_disk: 0 })
    const metrics = await (await fetch(`${served.url}/metrics`)).text()
    expect(metrics).toContain(`modelgraph_prediction_log_rows_total{outcome="delivered"} ${rows().length}`)
  })
})
