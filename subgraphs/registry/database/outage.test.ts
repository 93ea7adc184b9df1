import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startEmbeddedStore } from '../store/embedded-store.js'
import { codeOf, READER } from '../testing/catalogue.js'
import { TestRegistry } from '../testing/test-registry.js'

describe('a registry whose database goes away', () => {
  it('lives, says so, and goes on when the database is back', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'modelgraph-outage-'))
    const store = await startEmbeddedStore({ dataFolder })
    const registry = await TestRegistry.start({ mongodbUri: store.uri })
    const control = registry.control()
    const health = async (path: string) => (await fetch(new URL(`/health/${path}`, registry.url))).status
    expect(await health('ready')).toBe(200)

    await store.close()
    const [answer, supergraph, ready, live] = await Promise.all([
      registry.ask(READER, '{ teams { name } }'),
      control.supergraph().catch(({ code }: { code: string }) => code),
      health('ready'),
      health('live'),
    ])
    expect([codeOf(answer), supergraph, ready, live]).toEqual([
      'REGISTRY_UNAVAILABLE',
      'REGISTRY_UNAVAILABLE',
      503,
      200,
    ])

    const again = await startEmbeddedStore({ dataFolder })
    expect((await registry.ask(READER, '{ teams { name } }')).data).toEqual({ teams: [{ name: 'registry' }] })
    expect(await health('ready')).toBe(200)
    await control.close()
    await registry.remove()
    await again.close()
    await rm(dataFolder, { recursive: true })
  })
})
