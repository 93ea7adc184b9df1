import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, afterEach, expect, it, vi } from 'vitest'
import { UsageReporter } from '../../gateway/usage/usage-reporter.js'
import { createControlClient } from '../../shared/control/client.js'
import { REGISTRY } from '../../shared/control/protocol.js'
import { IDENTITY_HEADER } from '../../shared/identity/claims.js'
import { signIdentity } from '../../shared/identity/signing.js'
import { createLog } from '../../shared/telemetry/log.js'

const SECRET = 'a secret of the mesh that is long enough'
const FLUSH_MS = 300

const folders: string[] = []
const children = new Set<ChildProcess>()

afterEach(async () => {
  for (const child of children) await kill(child)
})
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'modelgraph-usage-'))
  folders.push(made)
  return made
}

async function start(main: string, env: NodeJS.ProcessEnv): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(main, {
    env: { MODELGRAPH_MESH_SECRET: SECRET, LOG_LEVEL: 'silent', ...env },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  children.add(child)
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  return { child, url }
}

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child)
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

async function startRegistry(data: string, port: string) {
  return start('dist/subgraphs/registry/main.js', { MODELGRAPH_DATA: data, PORT: port })
}

/** All requests and predictions that the registry has counted. */
async function counted(registry: string): Promise<{ requests: number; predictions: number }> {
  const body = JSON.stringify({ query: '{ usage { total { requests predictions } } }' })
  const admin = { subject: 'user:root', client: 'root', scopes: ['admin'], environment: 'test' }
  const identity = signIdentity(admin, { audience: REGISTRY, body, now: Date.now() }, SECRET)
  const headers = { 'content-type': 'application/json', [IDENTITY_HEADER]: identity }
  const response = await fetch(`${registry}/graphql`, { method: 'POST', headers, body })
  const { data } = (await response.json()) as { data: { usage: { total: { requests: number; predictions: number } } } }
  return data.usage.total
}

it('counts every request exactly once while the registry is killed again and again', async () => {
  const data = await folder()
  let registry = await startRegistry(data, '0')
  const { url } = registry
  const client = createControlClient({
    ...{ url, environment: 'test', secret: SECRET, service: 'gateway', now: Date.now, timeoutMs: 2_000 },
  })
  const reporters = [0, 1].map(
    () =>
      new UsageReporter({
        instance: randomUUID(),
        send: (report) => client.usage(report),
        pause: async () => {},
        now: Date.now,
        log: createLog('test', 'silent'),
      }),
  )
  const operations = Array.from({ length: 60 }, (_, n) => ({
    ...{ hash: n.toString(16).padStart(64, '0'), name: null, document: '{ a }', fields: ['Query.a'] },
  }))
  const predicted = [{ served: [['risk', 1, 3, 0] as const], tookMs: 2 }]
  let sent = 0
  const count = () => {
    for (const reporter of reporters) {
      for (const operation of operations) {
        reporter.count({ client: 'shop', operation, codes: [], latencyMs: sent % 50, predicted })
        sent += 1
      }
    }
  }
  for (let round = 0; round < 3; round++) {
    count()
    await Promise.all(reporters.map((reporter) => reporter.report()))
    count()
    const reporting = Promise.all(reporters.map((reporter) => reporter.report()))
    for (let turn = 0; turn < 40 * round; turn++) await setImmediate()
    await kill(registry.child)
    await reporting
    count()
    registry = await startRegistry(data, new URL(url).port)
  }
  for (const reporter of reporters) {
    await reporter.report()
    await reporter.report()
  }
  await client.close()
  expect(await counted(registry.url)).toEqual({ requests: sent, predictions: 3 * sent })
})

it('loses no more than one interval when the gateway is killed', async () => {
  const registry = await startRegistry(await folder(), '0')
  const gateway = await start('dist/gateway/main.js', {
    ...{ MODELGRAPH_DATA: await folder(), MODELGRAPH_REGISTRY_URL: registry.url, PORT: '0' },
    MODELGRAPH_USAGE_FLUSH_MS: String(FLUSH_MS),
  })
  const ask = () => fetch(`${gateway.url}/graphql`, { method: 'POST', body: '{}' }).then((response) => response.text())
  for (let n = 0; n < 20; n++) await ask()
  await vi.waitFor(async () => expect((await counted(registry.url)).requests).toBe(20), { timeout: 20_000 })
  for (let n = 0; n < 5; n++) await ask()
  await kill(gateway.child)
  const { requests } = await counted(registry.url)
  expect(requests).toBeGreaterThanOrEqual(20)
  expect(requests).toBeLessThanOrEqual(25)
})
