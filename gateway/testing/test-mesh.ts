import { createLog } from '../../shared/telemetry/log.js'
import { HttpMesh, type HttpMeshOptions } from '../mesh/http-mesh.js'
import { openLink } from '../mesh/link/open-link.js'
import { systemTime } from '../mesh/mesh-time.js'
import { Pools } from '../mesh/wire/pools.js'
import { createTransport } from '../mesh/wire/transport.js'

/** A mesh over real connections, with the defaults of the settings. */
export function startTestMesh(secret: string, options: Partial<HttpMeshOptions> = {}) {
  const pools = new Pools()
  const mesh = new HttpMesh({
    secret,
    environment: 'test',
    timeoutMs: 5_000,
    hedgeAfterMs: 0,
    retry: { percent: 20, minPerSecond: 10 },
    maxInFlight: 2_000,
    transport: createTransport(pools),
    openLink,
    keepConnections: (origins) => pools.keepOnly(origins),
    time: systemTime(Date.now),
    random: Math.random,
    log: createLog('mesh', 'silent'),
    ...options,
  })
  const stop = async () => {
    await mesh.drain()
    await pools.close()
  }
  return { mesh, pools, stop }
}
