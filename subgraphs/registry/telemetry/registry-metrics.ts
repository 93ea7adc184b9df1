import { Histogram, Registry as Register } from 'prom-client'
import { registerProcessMetrics } from '../../../shared/telemetry/process-metrics.js'
import type { Route } from '../control/answer.js'

/** Told of every HTTP request when it is answered: its route as it is declared, its status, how long it took. */
export type OnAnswered = (route: string, status: number, durationMs: number) => void

/** What the registry tells Prometheus of itself. */
export interface RegistryMetrics {
  readonly onAnswered: OnAnswered
  /** `GET /metrics`; open, as the registry is not reached from outside. */
  readonly routes: Readonly<Record<string, Route>>
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]

/** Metrics of the process (event-loop lag, memory, CPU) and of its requests. Long polls count until they are answered. */
export function createRegistryMetrics(): RegistryMetrics {
  const register = new Register()
  registerProcessMetrics(register)
  const durations = new Histogram({
    name: 'modelgraph_registry_request_duration_seconds',
    help: 'Time of an HTTP request to the registry, by route and status.',
    labelNames: ['route', 'status'],
    buckets: SECONDS,
    registers: [register],
  })
  return {
    onAnswered: (route, status, durationMs) => durations.observe({ route, status }, durationMs / 1_000),
    routes: {
      'GET /metrics': async () => ({
        status: 200,
        headers: { 'content-type': register.contentType },
        body: await register.metrics(),
      }),
    },
  }
}
