import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ControlClient, createControlClient } from '../../../shared/control/client.js'
import { CONTROL, REPLICA_LIVE_MS } from '../../../shared/control/protocol.js'
import { IDENTITY_HEADER } from '../../../shared/identity/claims.js'
import { signIdentity } from '../../../shared/identity/signing.js'
import { SECRET, TestRegistry } from '../testing/test-registry.js'

let registry: TestRegistry
let gateway: ControlClient
let fraud: ControlClient

beforeAll(async () => {
  registry = await TestRegistry.start()
  gateway = clientOf('gateway')
  fraud = clientOf('fraud')
})

afterAll(async () => {
  await Promise.all([gateway.close(), fraud.close()])
  await registry.remove()
})

function clientOf(service: string): ControlClient {
  return createControlClient({ url: registry.url, secret: SECRET, service, environment: 'test', now: Date.now })
}

function replica(name: string, subgraph = 'fraud') {
  return { subgraph, replica: name, url: `http://${name}.invalid/graphql`, startedAt: 1_800_000_000_000 }
}

async function listed(etag?: string, waitMs = 0) {
  const polled = await gateway.replicas({ etag, waitMs })
  if (polled === 'unchanged') throw new Error('the list is told when it has changed')
  return { etag: polled.etag, names: polled.replicas.replicas.map(({ replica }) => replica) }
}

describe('the replicas of subgraphs', () => {
  it('are those that told of themselves, until they leave; who waits is told at once', async () => {
    const { etag, names } = await listed()
    expect(names).toEqual([])
    const arriving = listed(etag, 60_000)
    await fraud.reportReplica(replica('b'))
    const one = await arriving
    expect(one.names).toEqual(['b'])
    await fraud.reportReplica(replica('a'))
    const both = await listed(one.etag)
    expect(both.names).toEqual(['a', 'b'])
    await fraud.reportReplica(replica('a'))
    expect(await gateway.replicas({ etag: both.etag })).toBe('unchanged')
    const leaving = listed(both.etag, 60_000)
    await fraud.reportReplica({ ...replica('a'), leaving: true })
    expect((await leaving).names).toEqual(['b'])
  })

  it('are forgotten when they were not heard of for a while', async () => {
    await fraud.reportReplica(replica('quiet'))
    const { etag } = await listed()
    const gone = listed(etag, 60_000)
    await registry.withDatabase(async ({ replicaEndpoints }) => {
      const heardAt = new Date(Date.now() - REPLICA_LIVE_MS - 1)
      await replicaEndpoints.updateOne({ replica: 'quiet' }, { $set: { heardAt } })
    })
    expect((await gone).names).not.toContain('quiet')
  })

  it('speak for themselves only, and in the right form', async () => {
    const vision = clientOf('vision')
    await expect(vision.reportReplica(replica('x'))).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })
    await vision.close()
    expect(await post({ ...replica('x'), environment: 'test' }, 'service:vision')).toBe(403)
    expect(await post({ ...replica('x'), environment: 'test' }, 'client:fraud')).toBe(403)
    expect(await post({ ...replica('x'), environment: 'production' }, 'service:fraud')).toBe(400)
    expect(await post({ ...replica('x'), url: 'file:///etc/passwd', environment: 'test' }, 'service:fraud')).toBe(400)
    expect((await listed()).names).not.toContain('x')
  })
})

async function post(report: object, subject: string): Promise<number> {
  const body = JSON.stringify(report)
  const identity = { subject, client: 'test', scopes: ['control'], environment: 'test' }
  const headers = {
    'content-type': 'application/json',
    [IDENTITY_HEADER]: signIdentity(identity, { audience: 'registry', body, now: Date.now() }, SECRET),
  }
  return (await fetch(new URL(CONTROL.replicas, registry.url), { method: 'POST', headers, body })).status
}
