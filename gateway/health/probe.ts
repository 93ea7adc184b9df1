import type { HttpMesh } from '../mesh/http-mesh.js'
import type { Subgraph } from '../mesh/mesh.js'
import type { Pools } from '../mesh/wire/pools.js'

/** Longest wait for a replica's liveness, in milliseconds. */
const PROBE_TIMEOUT_MS = 1_000

/** Whether any replica of a subgraph answers at `/health/live`. */
export function createProbe(mesh: Pick<HttpMesh, 'urlsOf'>, pools: Pools): (subgraph: Subgraph) => Promise<boolean> {
  return async (subgraph) => {
    const probes = mesh.urlsOf(subgraph).map((url) => probe(new URL(url).origin, pools))
    return Promise.any(probes).then(
      () => true,
      () => false,
    )
  }
}

/** Rejects when the origin is not live. */
async function probe(origin: string, pools: Pools): Promise<void> {
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS)
  const response = await pools.for(origin).request({ path: '/health/live', method: 'GET', signal })
  await response.body.dump()
  if (response.statusCode !== 200) throw new Error(`${origin} answered with status ${response.statusCode}.`)
}
