import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeVector } from '../prediction-log/vector.js'
import { Served } from './fixtures/served.js'

let served: Served

beforeAll(async () => {
  served = await Served.start()
})

afterAll(() => served.stop())

const rows = () => served.registry.predictions.flatMap(({ ids }) => ids)

/** Asks, and waits until so many rows more are with the registry. */
async function asked(rowsMore: number, query: string, operationName?: string) {
  const before = served.registry.predictions.length
  const expected = rows().length + rowsMore
  const { data } = await served.post(JSON.stringify({ query, operationName }))
  await served.until(() => rows().length >= expected)
  return { data, chunks: served.registry.predictions.slice(before) }
}

describe('what a subgraph answers', () => {
  it('is recorded with its id, inputs, outputs, route and caller', async () => {
    const query =
      'query Risk__payments__0 { paymentRisk(input: { amount: 1, sinceLastPayment: 60 }) { predictionId probability } }'
    const { data, chunks } = await asked(1, query, 'Risk__payments__0')
    const { predictionId, probability } = data.paymentRisk
    expect(chunks).toMatchObject([
      {
        model: 'payment-risk',
        version: 1,
        ids: [predictionId],
        calls: [{ rows: 1, client: 'app', operation: 'Risk', route: 'CHAMPION' }],
        errors: [],
      },
    ])
    expect(decodeVector(chunks[0]!.inputs.amount!, 1)).toEqual([1])
    expect(decodeVector(chunks[0]!.outputs.probability!, 1)).toEqual([probability])
  })

  it('is recorded row by row for lists and columns, failed rows too', async () => {
    const list =
      '{ paymentRiskMany(inputs: [{ amount: 1, sinceLastPayment: 1 }, { amount: -1, sinceLastPayment: 1 }]) { __typename } }'
    expect((await asked(2, list)).chunks).toMatchObject([{ errors: [[1, 'BAD_USER_INPUT']] }])
    const columns =
      '{ paymentRiskColumns(input: { amount: [1, 2, -3], sinceLastPayment: [1, 2, 3] }) { predictionIds } }'
    const { data, chunks } = await asked(3, columns)
    const { predictionIds } = data.paymentRiskColumns
    expect(chunks).toMatchObject([{ errors: [[2, 'BAD_USER_INPUT']] }])
    expect(chunks[0]!.ids.slice(0, 2)).toEqual(predictionIds.slice(0, 2))
    expect(decodeVector(chunks[0]!.inputs.amount!, 3)).toEqual([1, 2, -3])
  })

  it('is recorded without a version where there is none', async () => {
    const { chunks } = await asked(
      1,
      '{ paymentRisk(input: { amount: 1, sinceLastPayment: 60 }, at: "99") { probability } }',
    )
    expect(chunks).toMatchObject([{ version: null, errors: [[0, 'MODEL_NOT_FOUND']], calls: [{ route: null }] }])
  })

  it('is counted in health and metrics', async () => {
    const { predictionLog } = await served.until(({ predictionLog }) => predictionLog!.rows.delivered === rows().length)
    expect(predictionLog!.rows).toMatchObject({ spooled: rows().length, dropped_disk: 0 })
    const metrics = await (await fetch(`${served.url}/metrics`)).text()
    expect(metrics).toContain(`modelgraph_prediction_log_rows_total{outcome="delivered"} ${rows().length}`)
  })
})
