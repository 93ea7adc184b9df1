import { describe, expect, it } from 'vitest'
import { readGatewayConfig } from './config.js'

const SECRET = 'x'.repeat(32)

describe('the settings of the gateway', () => {
  it('have defaults for all but the secret', () => {
    const config = readGatewayConfig({ MODELGRAPH_MESH_SECRET: SECRET })
    expect(config).toMatchObject({ port: 4000, host: '127.0.0.1', environment: 'test', bodyLimitBytes: 5_000_000 })
    expect(config.document).toMatchObject({ maxDepth: 20, maxAliases: 200 })
  })

  it.each([
    [
      {},
      'The setting MODELGRAPH_MESH_SECRET is wrong: expected the secret shared by all processes, at least 32 characters.',
    ],
    [{ PORT: 'http' }, 'The setting PORT is wrong: expected a whole number from 0 to 65535.'],
    [
      { MODELGRAPH_ENVIRONMENT: 'prod' },
      'The setting MODELGRAPH_ENVIRONMENT is wrong: expected test, staging or production.',
    ],
    [
      { MODELGRAPH_REGISTRY_URL: 'registry:4001' },
      'The setting MODELGRAPH_REGISTRY_URL is wrong: expected the URL of the registry, such as http://127.0.0.1:4001.',
    ],
  ])('end in one sentence when %o is wrong', (env, sentence) => {
    const given = Object.keys(env).length > 0 ? { MODELGRAPH_MESH_SECRET: SECRET, ...env } : {}
    expect(() => readGatewayConfig(given)).toThrow(sentence)
  })
})
