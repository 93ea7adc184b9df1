import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ControlClient, PolledDeployments } from '../../../shared/control/client.js'
import { IDENTITY_HEADER } from '../../../shared/identity/claims.js'
import { done, publishVersion, registerModel, TEAM } from '../testing/catalogue.js'
import { artifactFile, CONTRACT } from '../testing/payment-risk.js'
import { clientWith, TestRegistry } from '../testing/test-registry.js'

const SERVICE = { subject: 'service:gateway', client: 'gateway', scopes: ['control'], environment: 'test' }

let registry: TestRegistry
let control: ControlClient

beforeAll(async () => {
  registry = await TestRegistry.start()
  control = registry.control()
  await registerModel(registry)
  await publishVersion(registry, 'risk-1')
})

afterAll(async () => {
  await control.close()
  await registry.remove()
})

function get(path: string, headers: Record<string, string> = {}) {
  return fetch(new URL(path, registry.url), { headers })
}

async function deployed(): Promise<PolledDeployments> {
  const polled = await control.deployments(['payment-risk', 'unknown'])
  if (polled === 'unchanged') throw new Error('a poll without a tag always answers')
  return polled
}

describe('the control plane', () => {
  it('answers the supergraph once for each tag', async () => {
    const first = await control.supergraph()
    if (first === undefined || first === 'unchanged') throw new Error('the registry itself makes the first supergraph')
    expect(first.version).toBe(1)
    expect(first.sdl).toContain('join__Graph')
    expect(await control.supergraph({ etag: first.etag })).toBe('unchanged')
    expect(await control.supergraph({ etag: '"other"' })).toEqual(first)
  })

  it('answers what should be loaded, the contract with it', async () => {
    const { deployments, etag } = await deployed()
    const { sha256, bytes } = artifactFile('risk-1')
    expect(deployments).toEqual({
      environment: 'test',
      models: [
        {
          model: 'payment-risk',
          contract: CONTRACT,
          aliases: { champion: 1 },
          versions: [{ id: 'payment-risk@1', version: 1, artifactSha256: sha256, artifactBytes: bytes.length }],
          rollout: { model: 'payment-risk', revision: 1, champion: 1, shadows: [] },
        },
      ],
    })
    expect(await control.deployments(['payment-risk', 'unknown'], { etag, waitMs: 1 })).toBe('unchanged')
  })

  it('wakes a long poll as soon as something changes', async () => {
    const { etag } = await deployed()
    const waiting = control.deployments(['payment-risk', 'unknown'], { etag, waitMs: 60_000 })
    await publishVersion(registry, 'risk-2', { version: 2 })
    const woken = await waiting
    if (woken === 'unchanged') throw new Error('a long poll answers when something has changed')
    expect(woken.deployments.models[0]?.versions.map(({ id }) => id)).toEqual(['payment-risk@1', 'payment-risk@2'])
    expect(woken.deployments.models[0]?.aliases).toEqual({ champion: 1 })
  })

  it('wakes it for what another replica changed, too', async () => {
    const replica = await registry.replica()
    const { etag } = await deployed()
    const waiting = control.deployments(['payment-risk', 'unknown'], { etag, waitMs: 60_000 })
    const move =
      'mutation { setAlias(model: "payment-risk", alias: "champion", version: 2, reason: "Try it.") { name } }'
    await done(replica.ask(TEAM, move))
    const woken = await waiting
    expect(woken).toMatchObject({ deployments: { models: [{ aliases: { champion: 2 } }] } })
    await replica.close()
  })

  it('hands out artifacts, whole', async () => {
    const { bytes, sha256 } = artifactFile('risk-1')
    const came: Buffer[] = []
    for await (const chunk of await control.artifact(sha256)) came.push(chunk as Buffer)
    expect(Buffer.concat(came).equals(bytes)).toBe(true)
    await expect(control.artifact('d'.repeat(64))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('ends long polls when it stops', async () => {
    const { etag } = await deployed()
    const waiting = control.deployments(['payment-risk', 'unknown'], { etag, waitMs: 60_000 })
    const settled = waiting.then(
      (answer) => answer,
      (error: { code: string }) => error.code,
    )
    await registry.close()
    expect(['unchanged', 'REGISTRY_UNAVAILABLE']).toContain(await settled)
    await registry.open()
    await control.close()
    control = registry.control()
  })
})

describe('the control plane refuses', () => {
  const paths = [
    '/control/supergraph?environment=test',
    '/control/deployments?environment=test&models=a',
    `/artifacts/${'a'.repeat(64)}`,
  ]

  it('who does not sign, signs with another secret, for another audience, another body', async () => {
    const forged = registry.control('another secret that is long enough, too')
    await expect(forged.supergraph()).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })
    await forged.close()
    for (const path of paths) {
      expect((await get(path)).status).toBe(401)
      expect((await get(path, { [IDENTITY_HEADER]: 'forged.forged' })).status).toBe(401)
      expect((await get(path, { [IDENTITY_HEADER]: registry.sign(SERVICE, '', 'fraud') })).status).toBe(401)
      const other = await get(path, { [IDENTITY_HEADER]: registry.sign(SERVICE, 'body') })
      expect([other.status, await other.json()]).toMatchObject([
        401,
        { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
      ])
    }
  })

  it('clients, whatever they may do', async () => {
    for (const path of paths) {
      expect((await get(path, { [IDENTITY_HEADER]: registry.sign(clientWith(['admin']), '') })).status).toBe(403)
    }
  })

  it('another environment, and questions that are none', async () => {
    const headers = { [IDENTITY_HEADER]: registry.sign(SERVICE, '') }
    expect((await get('/control/supergraph?environment=production', headers)).status).toBe(400)
    expect((await get('/control/nothing', headers)).status).toBe(404)
    const body = '{"hash": "x"}'
    const response = await fetch(new URL('/control/keys/verify', registry.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', [IDENTITY_HEADER]: registry.sign(SERVICE, body) },
      body,
    })
    expect(response.status).toBe(400)
  })
})

describe('a restart', () => {
  it('keeps everything and changes nothing', async () => {
    const before = [await deployed(), await control.supergraph()]
    await control.close()
    await registry.close()
    await registry.open()
    control = registry.control()
    expect([await deployed(), await control.supergraph()]).toEqual(before)
    expect((await get('/health/ready')).status).toBe(200)
    expect(await (await get('/health/live')).json()).toEqual({ status: 'live' })
  })
})
