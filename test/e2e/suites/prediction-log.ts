import { describe, expect, it } from 'vitest'
import { FLUSH_MS } from '../../../shared/prediction-log/batched-prediction-log.js'
import type { Readiness } from '../../../shared/serving/versions/readiness.js'
import { cardOf } from '../cards.js'
import { admin, app, network } from '../network.js'
import { until } from '../until.js'

const ROWS = 50
const MANY =
  'query Score($inputs: [Payment!]!) { fraudDetectorMany(inputs: $inputs) { ... on FraudScore { predictionId } } }'
const RISK = 'query Risk { patient(id: "3") { malignancyRisk { predictionId probability } } }'

describe('a prediction', () => {
  it('is traced to client, dataset, training run, hyperparameters and code in one query, by those who may', async () => {
    const { predictionId, probability } = (await app(RISK)).data.patient.malignancyRisk
    const query = `query ($id: ID!) { prediction(id: $id) {
      client operation model route inputs outputs errorCode
      servedBy { id lineage { datasetName hyperparameters trainedAt codeCommit } }
    } }`
    await until(async () => (await admin(query, { id: predictionId })).data?.prediction != null)
    const { prediction } = (await admin(query, { id: predictionId })).data
    expect(prediction).toMatchObject({
      client: 'dev-app',
      operation: 'Risk',
      model: 'malignancy-risk',
      route: 'CHAMPION',
      outputs: { probability },
      errorCode: null,
      servedBy: { lineage: { datasetName: 'Breast Cancer Wisconsin (Diagnostic)' } },
    })
    expect(Object.keys(prediction.inputs)).toHaveLength(30)
    const refused = await app(query, { id: predictionId })
    expect(refused.errors[0]!.extensions.code).toBe('FORBIDDEN')
  })
})

describe('the registry killed with SIGKILL during 10,000 predictions and restarted', () => {
  it('has every answered prediction in its log exactly once', async () => {
    const from = new Date()
    const inputs = new Array(ROWS).fill(cardOf('fraud-detector').goldenRows[0]!.input)
    const answered: string[] = []
    const requests = 10_000 / ROWS
    let sent = 0
    const caller = async () => {
      while (sent < requests) {
        sent += 1
        if (sent === Math.floor(requests * 0.3)) await network.kill('registry')
        if (sent === Math.floor(requests * 0.7)) await network.restart('registry')
        const { data } = await app(MANY, { inputs })
        answered.push(...data.fraudDetectorMany.map(({ predictionId }: { predictionId: string }) => predictionId))
      }
    }
    await Promise.all(Array.from({ length: 8 }, caller))
    expect(answered).toHaveLength(10_000)
    await delivered('fraud')
    expect((await logged('fraud-detector', from)).sort()).toEqual(answered.sort())
  }, 120_000)
})

describe('a subgraph killed with SIGKILL', () => {
  it('loses what was answered in its last moments at most', async () => {
    const from = new Date()
    const answered = new Map<string, number>()
    let killed = false
    const caller = async () => {
      while (!killed) {
        const { data } = await app(RISK)
        const id = data?.patient?.malignancyRisk?.predictionId
        if (id) answered.set(id, performance.now())
      }
    }
    const callers = Array.from({ length: 8 }, caller)
    await until(async () => answered.size >= 1_000)
    const killedAt = performance.now()
    await network.kill('diagnostics')
    killed = true
    await Promise.all(callers)
    await network.restart('diagnostics')
    await delivered('diagnostics')

    const kept = new Set(await logged('malignancy-risk', from))
    const lost = [...answered].filter(([id]) => !kept.has(id))
    const ages = lost.map(([, at]) => killedAt - at)
    // The interval, and generously what a busy machine takes to write and to kill.
    expect(Math.max(0, ...ages)).toBeLessThan(FLUSH_MS + 1_000)
    expect(lost.length).toBeLessThan(answered.size)
  }, 60_000)
})

/** Until a subgraph has nothing left to deliver. */
function delivered(name: string): Promise<void> {
  const { url } = network.process(name)
  return until(async () => {
    const ready = await fetch(new URL('/health/ready', url))
    const { predictionLog } = (await ready.json()) as Required<Readiness>
    return predictionLog.waitingRows === 0 && predictionLog.spoolBytes === 0
  })
}

/** Ids of the predictions of a model since then, page by page. */
async function logged(model: string, from: Date): Promise<string[]> {
  const query = `query ($model: String!, $from: DateTimeISO!, $after: String) {
    predictions(model: $model, from: $from, first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
  }`
  const ids: string[] = []
  for (let after: string | null = null; ; ) {
    const { data, text } = await admin(query, { model, from, after })
    if (!data?.predictions) throw new Error(text)
    ids.push(...data.predictions.nodes.map(({ id }: { id: string }) => id))
    if (!data.predictions.pageInfo.hasNextPage) return ids
    after = data.predictions.pageInfo.endCursor
  }
}
