import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { IDENTITY_HEADER } from '../identity/claims.js'
import { verifyIdentity } from '../identity/signing.js'
import { closeServer, listen } from '../process/listen.js'
import { type ControlClient, createControlClient } from './client.js'
import { NO_LIMITS, OPEN_DELIVERY } from './protocol.js'
import { acknowledgementSchema } from './schema.js'

const secret = 'a secret of the mesh that is long enough'
const now = 1_800_000_000_000
const HOLDER = {
  revision: '1',
  keyId: 'k',
  clientId: '1',
  client: 'app',
  environment: 'test',
  scopes: [],
  expiresAt: null,
  criticality: 'INTERNAL',
  limits: NO_LIMITS,
  delivery: OPEN_DELIVERY,
}
const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

describe('the control client', () => {
  it('signs who asks, for the registry and the body it sends', async () => {
    const client = await against(async (request, response) => {
      const body = await text(request)
      const identity = verifyIdentity(
        request.headers[IDENTITY_HEADER] as string,
        { audience: 'registry', body, now },
        secret,
      )
      const { hash, environment } = JSON.parse(body)
      json(response, { ...HOLDER, clientId: hash, client: identity.subject, environment })
    })
    expect(await client.verifyKey('abc')).toMatchObject({
      clientId: 'abc',
      client: 'service:gateway',
      environment: 'test',
    })
  })

  it('knows nobody behind a key the registry does not know', async () => {
    const client = await against((_request, response) => response.writeHead(404).end())
    expect(await client.verifyKey('abc')).toBeUndefined()
  })

  it('reads the supergraph with its version, and that it has not changed', async () => {
    const client = await against((request, response) => {
      if (request.headers['if-none-match'] === '"7"') response.writeHead(304).end()
      else response.writeHead(200, { etag: '"7"', 'x-supergraph-version': '7' }).end('schema {}')
    })
    expect(await client.supergraph()).toEqual({ sdl: 'schema {}', version: 7, etag: '"7"' })
    expect(await client.supergraph({ etag: '"7"' })).toBe('unchanged')
  })

  it('has no supergraph before the first', async () => {
    const client = await against((_request, response) => response.writeHead(404).end())
    expect(await client.supergraph()).toBeUndefined()
  })

  it('asks for the deployments of its models with a long poll', async () => {
    const asked: string[] = []
    const client = await against((request, response) => {
      asked.push(request.url ?? '')
      json(response, { environment: 'test', models: [] }, { etag: '"1"' })
    })
    expect(await client.deployments(['a', 'b'], { waitMs: 30 })).toEqual({
      deployments: { environment: 'test', models: [] },
      etag: '"1"',
    })
    expect(asked).toEqual(['/control/deployments?environment=test&models=a%2Cb&wait=30'])
  })

  it('reads how a rollout shares the traffic, and refuses a share over 100 %', async () => {
    const rollout = {
      model: 'a',
      revision: 3,
      champion: 1,
      canary: { version: 2, weight: 5, salt: 's' },
      shadows: [{ version: 3, sample: 10 }],
      fallback: 1,
    }
    const deployment = { model: 'a', contract: { format: 1 }, aliases: {}, versions: [], rollout }
    let weight = 5
    const client = await against((_request, response) => {
      const canary = { ...rollout.canary, weight }
      const models = [{ ...deployment, rollout: { ...rollout, canary } }]
      json(response, { environment: 'test', models }, { etag: '"1"' })
    })
    expect(await client.deployments(['a'])).toMatchObject({ deployments: { models: [{ rollout }] } })
    weight = 101
    await expect(client.deployments(['a'])).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })
  })

  it('tells what a replica has loaded, and fails when the registry does not take it', async () => {
    const told: string[] = []
    const client = await against(async (request, response) => {
      told.push(await text(request))
      response.writeHead(told.length === 1 ? 200 : 500).end('{}')
    })
    const failed = [{ version: 2, reason: 'No ONNX.' }]
    const acknowledgement = { replica: 'r1', models: [{ model: 'a', revision: 3, ready: [1], failed }] }
    await client.acknowledge(acknowledgement)
    expect(acknowledgementSchema.parse(JSON.parse(told[0]!))).toEqual({ environment: 'test', ...acknowledgement })
    await expect(client.acknowledge(acknowledgement)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })
  })

  it('streams an artifact, and says which one the registry has not', async () => {
    const client = await against((request, response) => {
      if (request.url === '/artifacts/aa') response.end('bytes')
      else response.writeHead(404).end()
    })
    const chunks: Buffer[] = []
    for await (const chunk of await client.artifact('aa')) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe('bytes')
    await expect(client.artifact('bb')).rejects.toMatchObject({ code: 'NOT_FOUND', details: { sha256: 'bb' } })
  })

  it.each([
    ['a server error', (_: IncomingMessage, response: ServerResponse) => response.writeHead(500).end('stack')],
    ['no JSON', (_: IncomingMessage, response: ServerResponse) => response.end('<html>')],
    ['another shape', (_: IncomingMessage, response: ServerResponse) => json(response, { models: 3 })],
    ['a broken connection', (request: IncomingMessage) => request.socket.destroy()],
    ['silence', () => {}],
  ])('fails with REGISTRY_UNAVAILABLE on %s', async (_what, answer) => {
    const client = await against(answer, 50)
    await expect(client.deployments(['a'])).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })
  })
})

async function against(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
  timeoutMs = 5_000,
): Promise<ControlClient> {
  const server = createServer(answer)
  const url = await listen(server, { host: '127.0.0.1', port: 0 })
  const client = createControlClient({
    url,
    secret,
    service: 'gateway',
    environment: 'test',
    now: () => now,
    timeoutMs,
  })
  closers.push(async () => {
    await client.close()
    await closeServer(server, 0)
  })
  return client
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function json(response: ServerResponse, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
