import { collectDefaultMetrics, type Registry } from 'prom-client'

/** How often the event loop's lag is sampled, in milliseconds: every ten, as is usual, would wake each idle process a hundred times a second. */
const SAMPLED_MS = 100

/** Metrics of this process: event-loop lag, memory, CPU, garbage collection. */
export function registerProcessMetrics(register: Registry): void {
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: SAMPLED_MS })
}
