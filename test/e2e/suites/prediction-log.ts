import { describe, expect, it } from 'vitest'
import { FLUSH_MS } from '../../../shared/prediction-log/batched-prediction-log.js'
import type { Readiness } from '../../../shared/serving/versions/readiness.js'
import { until } from '../../../shared/testing/until.js'
import { cardOf } from '../cards.js'
import { post } from '../client.js'
import type { ReceivedSpan } from '../collector.js'
import { admin, app, collector, network } from '../network.js'

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

  it.each([
    ['records', '01'],
    ['does not record', '00'],
  ])('is recorded in the trace of its client, which %s it', async (_, flags) => {
    const traceId = `4bf92f3577b34da6a3ce929d0e0e47${flags}`
    const client = '00f067aa0ba902b7'
    const { data } = await post(network.gatewayUrl, JSON.stringify({ query: RISK }), {
      authorization: `Bearer ${network.keys.app}`,
      traceparent: `00-${traceId}-${client}-${flags}`,
    })
    const { predictionId } = data.patient.malignancyRisk
    const query = 'query ($id: ID!) { prediction(id: $id) { traceId queueMs } }'
    const recorded = async () => (await admin(query, { id: predictionId })).data?.prediction
    await until(async () => (await recorded()) != null)
    const { queueMs, ...prediction } = await recorded()
    expect(prediction).toEqual({ traceId })
    if (flags === '00') return expect(collector.of(traceId)).toEqual([])

    await until(async () => upFromRun(traceId).at(-1)?.name === 'request')
    const chain = upFromRun(traceId)
    expect(chain.map(({ service, name }) => `${service}: ${name}`)).toEqual([
      'diagnostics: run',
      'diagnostics: predict malignancy-risk',
      'diagnostics: operation',
      'gateway: fetch diagnostics',
      'gateway: request',
    ])
    expect(chain.at(-1)!.parentSpanId).toBe(client)
    const queued = collector.of(traceId).filter(({ name }) => name === 'queue')
    expect(queued.map(({ parentSpanId }) => parentSpanId)).toEqual(queueMs > 0 ? [chain[1]!.spanId] : [])
  })
})

/** The span of the run of a trace, and each that it is a part of. */
function upFromRun(traceId: string): ReceivedSpan[] {
  const spans = collector.of(traceId)
  const chain: ReceivedSpan[] = []
  for (let span = spans.find(({ name }) => name === 'run'); span; ) {
    chain.push(span)
    const { parentSpanId } = span
    span = spans.find(({ spanId }) => spanId === parentSpanId)
  }
  return chain
}

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
