import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RequestRecord } from '../../gateway/request-context.js'
import { OPEN_TERMS } from '../../gateway/testing/terms.js'
import { type Clinic, send, startClinic } from '../../gateway/testing/test-gateway.js'
import { startTestMesh } from '../../gateway/testing/test-mesh.js'
import { sample } from '../../shared/serving/fixtures/sample.js'
import { APP, SECRET, Served } from '../../shared/serving/fixtures/served.js'
import { createLog } from '../../shared/telemetry/log.js'
import { startTracer } from '../../shared/telemetry/tracing/start-tracer.js'
import { Collector } from './collector.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const CLIENT = '00f067aa0ba902b7'
const TRACEPARENT = `00-${TRACE}-${CLIENT}-01`
const PREDICT = '{ paymentRisk(input: {amount: 1, sinceLastPayment: 1}) { probability } }'

const receiver = new Collector()
const of = (traceId: string) => receiver.of(traceId)

beforeAll(() => receiver.start())
afterAll(() => receiver.stop())

const named = (name: string) => of(TRACE).find((span) => span.name === name)

describe('a trace', () => {
  it('goes from the gateway through the mesh into a subgraph, its queue and its run, beside what is counted', async () => {
    const settings = { endpoint: receiver.url, headers: {}, ratio: 0 }
    const tracer = startTracer('gateway', settings, createLog('test', 'silent'))!
    const served = await Served.start({ 1: 'risk-1' }, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url })
    const { mesh, stop } = startTestMesh(SECRET)
    const span = tracer.begin('request', TRACEPARENT)!
    const record: RequestRecord = {}
    const context = {
      ...{ requestId: 'traced-1', caller: APP, terms: OPEN_TERMS, deadlineAt: Date.now() + 8_000, record, span },
      signal: new AbortController().signal,
    }
    const json = `"query":${JSON.stringify(PREDICT)}`
    const operation = { kind: 'query', query: PREDICT, isShareable: false, json } as const
    const subgraph = { name: sample.name, url: `${served.url}/graphql` }
    const answer = await mesh.fetch({ subgraph, operation, variables: undefined }, context)
    expect(answer.read().errors).toBeUndefined()
    expect(record.predicted).toEqual([{ served: [['payment-risk', 1, 1, 0]], tookMs: expect.any(Number) }])
    span.end()
    await stop()
    await served.stop()
    await tracer.stop()

    const chain = ['request', `fetch ${sample.name}`, 'operation', 'predict payment-risk', 'run']
    const spans = chain.map((name) => named(name))
    expect(spans.map((each) => each?.service)).toEqual([
      ...['gateway', 'gateway', sample.name, sample.name, sample.name],
    ])
    expect(spans.map((each) => each?.parentSpanId)).toEqual([CLIENT, ...spans.slice(0, -1).map((each) => each?.spanId)])
    for (const { startTimeUnixNano, endTimeUnixNano } of of(TRACE)) {
      expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano))
    }
  })
})

describe('a gateway that traces', () => {
  const other = TRACE.replace('4bf9', 'aaaa')
  let clinic: Clinic
  beforeAll(async () => {
    clinic = await startClinic({ config: { tracing: { endpoint: receiver.url, headers: {}, ratio: 0 } } })
  })
  afterAll(() => clinic.stop())

  it('tells of the request, its admission, its plan and each fetch, and the log of its trace', async () => {
    const headers = {
      ...{ authorization: `Bearer ${clinic.keyFor('patient:read', 'predict:risk')}` },
      ...{ 'content-type': 'application/json', traceparent: `00-${other}-${CLIENT}-01` },
    }
    const body = JSON.stringify({ query: 'query Both { patient(id: "4") { name risk } }' })
    expect((await send(clinic, body, headers)).errors).toEqual([])
    const cold = ['request', 'admit', 'plan', 'fetch patients', 'fetch risk']
    await vi.waitFor(() => expect(of(other).map(({ name }) => name)).toEqual(expect.arrayContaining(cold)), 10_000)
    const request = of(other).find(({ name }) => name === 'request')!
    expect(request.parentSpanId).toBe(CLIENT)
    const parts = of(other).filter((span) => span !== request)
    expect(new Set(parts.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([request.spanId]))
    await vi.waitFor(() => expect(clinic.lines.find(({ traceId }) => traceId === other)).toBeDefined())

    await send(clinic, body, { ...headers, traceparent: 'nonsense' })
    await send(clinic, body, { ...headers, traceparent: `00-${other}-${CLIENT}-00` })
    expect(of(other).filter(({ name }) => name === 'request')).toHaveLength(1)
  })
})
