import type { Pools } from '../mesh/pools.js'
import type { Subgraph } from '../mesh/subgraph-data-source.js'

/** Longest wait for a subgraph's liveness, in milliseconds. */
const PROBE_TIMEOUT_MS = 1_000

/** Asks a subgraph's `/health/live`. */
export function createProbe(pools: Pools): (subgraph: Subgraph) => Promise<boolean> {
  return async ({ url }) => {
    try {
      const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS)
      const response = await pools.for(new URL(url).origin).request({ path: '/health/live', method: 'GET', signal })
      await response.body.dump()
      return response.statusCode === 200
    } catch {
      return false
    }
  }
}
