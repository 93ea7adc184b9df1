import { Registry } from 'prom-client'
import { registerProcessMetrics } from '../../shared/telemetry/process-metrics.js'
import { type CountedCache, registerCacheMetrics } from './cache-metrics.js'
import { type LoadSources, registerLoadMetrics } from './load-metrics.js'
import { type ReadMeshCounters, registerMeshMetrics } from './mesh-metrics.js'
import { RequestMetrics } from './request-metrics.js'
import { registerRuleMetrics } from './rule-metrics.js'

export interface MetricsSources {
  readonly mesh: ReadMeshCounters
  readonly caches: Readonly<Record<string, CountedCache>>
  readonly load: LoadSources
  /** What the operator's rules name and the graph does not have. */
  readonly unmatchedRules: () => readonly string[]
}

/** What `/metrics` tells, and where requests are counted for it. */
export interface GatewayMetrics {
  readonly register: Registry
  readonly requests: RequestMetrics
}

/** All metrics of a gateway: of its process (event-loop lag, memory, CPU), its requests, its load, the mesh, its caches and rules. */
export function createGatewayMetrics({ mesh, caches, load, unmatchedRules }: MetricsSources): GatewayMetrics {
  const register = new Registry()
  registerProcessMetrics(register)
  registerMeshMetrics(register, mesh)
  registerCacheMetrics(register, caches)
  registerLoadMetrics(register, load)
  registerRuleMetrics(register, unmatchedRules)
  return { register, requests: new RequestMetrics(register) }
}
