import { afterAll, beforeAll, expect, it } from 'vitest'
import { TestRegistry } from '../testing/test-registry.js'

let registry: TestRegistry
beforeAll(async () => {
  registry = await TestRegistry.start()
})
afterAll(() => registry.remove())

it('GET /metrics tells of requests by route and status, and of the process', async () => {
  await fetch(new URL('/health/live', registry.url))
  await fetch(new URL('/nowhere/at/all', registry.url))
  await fetch(new URL('/artifacts/none', registry.url))
  const response = await fetch(new URL('/metrics', registry.url))
  const text = await response.text()
  expect(response.headers.get('content-type')).toContain('text/plain')
  const count = (route: string, status: number) =>
    `modelgraph_registry_request_duration_seconds_count{route="${route}",status="${status}"} 1`
  expect(text).toContain(count('GET /health/live', 200))
  expect(text).toContain(count('GET /artifacts/', 401))
  expect(text).toContain(count('none', 404))
  expect(text).toContain('nodejs_eventloop_lag_seconds')
})
