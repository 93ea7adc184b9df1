import { type ForkedProcess, startMeasured } from '../process.js'

/** Our gateway by itself, as the launcher starts it, before a registry of the benchmark's own. */
export function startGatewayAlone(
  registryUrl: string,
  dataFolder: string,
  options: { readonly secret: string; readonly imports?: readonly string[] },
): Promise<ForkedProcess> {
  const env = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'error',
    // All connections ask the same: what is measured is a fetch for each.
    MODELGRAPH_SHARE_QUERIES: 'off',
    PORT: '0',
    MODELGRAPH_REGISTRY_URL: registryUrl,
    MODELGRAPH_DATA: dataFolder,
    MODELGRAPH_MESH_SECRET: options.secret,
  }
  return startMeasured('dist/gateway/main.js', { env, imports: options.imports ?? [] })
}
