import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { SECRET } from './testing/test-gateway.js'

const children: ChildProcess[] = []

async function start(env: NodeJS.ProcessEnv): Promise<{ child: ChildProcess; errors: () => string }> {
  const MODELGRAPH_DATA = await mkdtemp(join(tmpdir(), 'gateway-main-'))
  const child = fork('dist/gateway/main.js', {
    env: { MODELGRAPH_MESH_SECRET: SECRET, MODELGRAPH_REGISTRY_URL: 'http://127.0.0.1:1', MODELGRAPH_DATA, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  children.push(child)
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  return { child, errors: () => errors }
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

describe('the gateway process', () => {
  it('says when it is ready, even without a registry, and ends cleanly on SIGTERM', async () => {
    const { child } = await start({ PORT: '0' })
    const [ready] = (await once(child, 'message')) as [{ type: string; url: string }]
    expect(ready.type).toBe('ready')
    expect(await (await fetch(`${ready.url}/health/live`)).json()).toEqual({ status: 'live' })
    expect((await fetch(`${ready.url}/health/ready`)).status).toBe(503)
    child.kill('SIGTERM')
    expect((await once(child, 'exit'))[0]).toBe(0)
  })

  it('ends when its parent is gone', async () => {
    const { child } = await start({ PORT: '0' })
    await once(child, 'message')
    child.disconnect()
    expect((await once(child, 'exit'))[0]).toBe(0)
  })

  it('ends in one sentence when its port is taken', async () => {
    const first = await start({ PORT: '0' })
    const [{ url }] = (await once(first.child, 'message')) as [{ url: string }]
    const { port } = new URL(url)
    const second = await start({ PORT: port, LOG_LEVEL: 'silent' })
    expect((await once(second.child, 'close'))[0]).toBe(1)
    expect(second.errors()).toBe(
      `gateway: Port ${port} is taken; stop the process that listens there or set PORT to another.\n`,
    )
  })
})
