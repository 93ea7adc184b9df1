import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ask, type Clinic, startClinic } from '../testing/test-gateway.js'
import { RequestMetrics } from './request-metrics.js'

describe('GET /metrics', () => {
  let clinic: Clinic
  beforeAll(async () => {
    clinic = await startClinic()
  })
  afterAll(() => clinic.stop())

  const scrape = (headers: Record<string, string> = {}) => fetch(`${clinic.gateway.url}/metrics`, { headers })

  it('tells of requests, fetches, caches and the process', async () => {
    const app = clinic.keyFor('patient:read')
    for (let n = 0; n < 3; n++) await ask(clinic, app, 'query Greeting { hello }')
    await ask(clinic, app, '{ fails }')
    await ask(clinic, clinic.keyFor(), '{ patient(id: "4") { name } }')
    const response = await vi.waitFor(async () => {
      const text = await (await scrape()).text()
      expect(text).toContain('modelgraph_gateway_requests_total{outcome="OK"} 3')
      return text
    })
    for (const line of [
      'modelgraph_gateway_requests_total{outcome="OVERLOADED"} 1',
      'modelgraph_gateway_requests_total{outcome="FORBIDDEN"} 1',
      'modelgraph_gateway_hot_requests_total 2',
      'modelgraph_gateway_request_duration_seconds_bucket{operation="Greeting",le="+Inf"} 3',
      'modelgraph_gateway_request_duration_seconds_count{operation="Greeting"} 3',
      'modelgraph_mesh_fetches_total{subgraph="risk",outcome="answered"}',
      'modelgraph_mesh_replicas{subgraph="risk"} 1',
      'modelgraph_cache_reads_total{cache="keys",result="hit"}',
      'modelgraph_gateway_admitted_total{kind="INTERNAL"} 5',
      'modelgraph_gateway_shed_total{kind="MISSION_CRITICAL"} 0',
      'modelgraph_gateway_operations_limit 2000',
      'modelgraph_gateway_operations_under_way 0',
      'modelgraph_gateway_congested 0',
      'modelgraph_gateway_wait_seconds_bucket{le="+Inf"}',
      'nodejs_eventloop_lag_seconds',
    ]) {
      expect(response).toContain(line)
    }
    expect(response).toMatch(/modelgraph_gateway_requests_in_flight 1\n/)
  })

  it('is for this machine, and for keys that may read it', async () => {
    const proxied = { 'x-forwarded-for': '203.0.113.7' }
    expect((await scrape(proxied)).status).toBe(401)
    const as = (...scopes: string[]) => scrape({ ...proxied, authorization: `Bearer ${clinic.keyFor(...scopes)}` })
    expect((await as('patient:read')).status).toBe(403)
    expect((await as('metrics:read')).status).toBe(200)
    expect((await as('admin')).headers.get('content-type')).toContain('text/plain')
  })
})

describe('the histogram of requests', () => {
  it('has room for a hundred names of operations', async () => {
    const register = new Registry()
    const metrics = new RequestMetrics(register)
    for (let n = 0; n < 500; n++) {
      const operation = { hash: '', name: `Operation${n}`, document: '', fields: [] }
      metrics.end({ client: 'shop', operation, codes: [], latencyMs: n, predicted: [] })
    }
    const text = await register.metrics()
    expect(text.match(/_count\{/g)).toHaveLength(101)
    expect(text).toContain('modelgraph_gateway_request_duration_seconds_count{operation="other"} 400')
    expect(text).toContain('modelgraph_gateway_request_duration_seconds_bucket{operation="Operation5",le="0.005"} 1')
    expect(text).toContain('modelgraph_gateway_request_duration_seconds_bucket{operation="Operation5",le="0.0025"} 0')
  })
})
