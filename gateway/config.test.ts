import { describe, expect, it } from 'vitest'
import { readGatewayConfig } from './config.js'

const SECRET = 'x'.repeat(32)

function issuers(...given: object[]): string {
  const right = {
    name: 'login',
    issuer: 'https://login.example',
    jwks: 'https://login.example/jwks',
    audience: 'graph',
  }
  return JSON.stringify(given.map((issuer) => ({ ...right, ...issuer })))
}

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
    [
      { MODELGRAPH_TOKEN_ISSUERS: issuers({ jwks: 'http://login.example/jwks' }) },
      'The setting MODELGRAPH_TOKEN_ISSUERS is wrong: expected https, or http on loopback, at 0.jwks.',
    ],
    [{ MODELGRAPH_TOKEN_ISSUERS: issuers({ algorithms: ['HS256'] }) }, 'at 0.algorithms.0.'],
    [{ MODELGRAPH_TOKEN_ISSUERS: issuers({ algorithms: ['none'] }) }, 'at 0.algorithms.0.'],
    [{ MODELGRAPH_TOKEN_ISSUERS: issuers({}, {}) }, 'expected every name once.'],
    [{ MODELGRAPH_TOKEN_ISSUERS: issuers({ audiense: 'graph' }) }, 'Unrecognized key: "audiense", at 0.'],
    [{ MODELGRAPH_TOKEN_ISSUERS: 'issuers.json' }, 'The setting MODELGRAPH_TOKEN_ISSUERS is wrong: expected JSON.'],
  ])('end in one sentence when %o is wrong', (env, sentence) => {
    const given = Object.keys(env).length > 0 ? { MODELGRAPH_MESH_SECRET: SECRET, ...env } : {}
    expect(() => readGatewayConfig(given)).toThrow(sentence)
  })
})
