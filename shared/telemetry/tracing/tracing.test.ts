import { describe, expect, it } from 'vitest'
import { createLog } from '../log.js'
import { otlpEndpoint, tracingOf } from './settings.js'
import { parseTraceparent } from './traceparent.js'
import { Tracer } from './tracer.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'

function tracing(ratio: number) {
  const posts: { url: string; body: string }[] = []
  let ids = 0
  const receiver = { fails: false }
  const tracer = new Tracer({
    ...{ service: 'gateway', endpoint: 'http://receiver:4318/', headers: {}, ratio },
    post: async (url, _headers, body) => {
      if (receiver.fails) throw new Error('down')
      posts.push({ url, body })
    },
    pause: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined))),
    now: () => 1_700_000_000_000.5,
    newId: (bytes) => (++ids).toString(16).padStart(2 * bytes, '0'),
    random: () => 0.5,
    log: createLog('test', 'silent'),
  })
  return { tracer, posts, receiver }
}

describe('a tracer', () => {
  it("continues its caller's trace and sends spans as OTLP", async () => {
    const { tracer, posts } = tracing(0)
    const span = tracer.begin('request', `00-${TRACE}-${PARENT}-01`)!
    const child = span.child('fetch', 3)
    child.end({ subgraph: 'risk', rows: 2, share: 0.5, cached: true, nothing: undefined })
    child.end({ twice: true })
    span.end({}, true)
    expect(child.traceparent).toBe(`00-${TRACE}-${child.id}-01`)
    await tracer.stop()
    expect(posts.map(({ url }) => url)).toEqual(['http://receiver:4318/v1/traces'])
    const { resourceSpans } = JSON.parse(posts[0]!.body)
    expect(resourceSpans[0].resource.attributes).toEqual([{ key: 'service.name', value: { stringValue: 'gateway' } }])
    const [sentChild, sent] = resourceSpans[0].scopeSpans[0].spans
    expect(sent).toMatchObject({ traceId: TRACE, parentSpanId: PARENT, name: 'request', kind: 2, status: { code: 2 } })
    expect(sent.startTimeUnixNano).toBe('1700000000000500000')
    expect(sentChild).toMatchObject({ traceId: TRACE, parentSpanId: span.id, kind: 3 })
    expect(sentChild.attributes).toEqual([
      { key: 'subgraph', value: { stringValue: 'risk' } },
      { key: 'rows', value: { intValue: '2' } },
      { key: 'share', value: { doubleValue: 0.5 } },
      { key: 'cached', value: { boolValue: true } },
    ])
  })

  it('records what its caller records, and a share of what begins here', async () => {
    const { tracer } = tracing(0.5)
    expect(tracer.begin('request', undefined)).toBeUndefined()
    expect(tracer.begin('request', `00-${TRACE}-${PARENT}-00`)).toBeUndefined()
    expect(tracer.begin('request', `00-${TRACE}-${PARENT}-01`)).toBeDefined()
    expect(tracing(0.51).tracer.begin('request', 'no trace context')?.start.parentId).toBeUndefined()
    await tracer.stop()
  })

  it('holds a bounded number of spans, and survives a receiver that is down', async () => {
    const { tracer, posts, receiver } = tracing(1)
    for (let n = 0; n < 10_000; n++) tracer.begin('request', undefined)!.end()
    receiver.fails = true
    await tracer.stop()
    expect(posts).toEqual([])
    const other = tracing(1)
    for (let n = 0; n < 10_000; n++) other.tracer.begin('request', undefined)!.end()
    await other.tracer.stop()
    const sent = other.posts.map(({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans.length)
    expect([sent.length, sent.reduce((sum: number, count: number) => sum + count, 0)]).toEqual([16, 8_192])
  })
})

describe('trace context', () => {
  it('is taken in its form only', () => {
    expect(parseTraceparent(`00-${TRACE}-${PARENT}-01`)).toEqual({ traceId: TRACE, parentId: PARENT, isSampled: true })
    for (const wrong of [
      undefined,
      ['00'],
      '',
      `ff-${TRACE}-${PARENT}-01`,
      `00-${'0'.repeat(32)}-${PARENT}-01`,
      `00-${TRACE}-${'0'.repeat(16)}-01`,
      `00-${TRACE.toUpperCase()}-${PARENT}-01`,
      `00-${TRACE}-${PARENT}-01"}`,
    ]) {
      expect(parseTraceparent(wrong)).toBeUndefined()
    }
  })
})

describe('settings of tracing', () => {
  it('trace nothing without an endpoint, and read headers', () => {
    const rest = { OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b, tenant=1', OTEL_TRACES_SAMPLER_ARG: 1 }
    expect(tracingOf(rest)).toBeUndefined()
    const given = { ...rest, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }
    expect(tracingOf(given)?.headers).toEqual({ 'api-key': 'a b', tenant: '1' })
    expect(otlpEndpoint.safeParse('receiver:4318').success).toBe(false)
  })
})
