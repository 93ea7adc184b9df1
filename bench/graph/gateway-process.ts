import { randomBytes } from 'node:crypto'
import { type ForkedProcess, startMeasured } from '../process.js'

/** Our gateway by itself, as the launcher starts it, before a registry of the benchmark's own. */
export function startGatewayAlone(
  registryUrl: string,
  dataFolder: string,
  imports: readonly string[] = [],
): Promise<ForkedProcess> {
  const env = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'error',
    PORT: '0',
    MODELGRAPH_REGISTRY_URL: registryUrl,
    MODELGRAPH_DATA: dataFolder,
    MODELGRAPH_MESH_SECRET: randomBytes(32).toString('base64url'),
  }
  return startMeasured('dist/gateway/main.js', { env, imports })
}
