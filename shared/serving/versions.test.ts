import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../testing/until.js'
import { FakeRegistry } from './fixtures/fake-registry.js'
import { SECRET, Served, SOON } from './fixtures/served.js'

const QUERY = '{ paymentRisk(input: {amount: 40, sinceLastPayment: 60}) { route servedBy { id } } }'
const NOWHERE = 'http://127.0.0.1:9'
const ends: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

describe('a new champion', () => {
  it('takes over under load without one failed request', async () => {
    const served = await start()
    let stop = false
    const counts = { failed: 0, 'payment-risk@1': 0, 'payment-risk@2': 0 }
    const clients = Array.from({ length: 8 }, async () => {
      while (!stop) {
        const { data } = await served.ask(QUERY)
        counts[(data?.paymentRisk?.servedBy.id ?? 'failed') as keyof typeof counts] += 1
      }
    })
    served.registry.deploy({ 2: 'risk-2' }, { champion: 2 })
    await served.until(({ models }) => models[0]?.champion === 'payment-risk@2')
    const before = counts['payment-risk@2']
    while (counts['payment-risk@2'] < before + 50) await served.ask(QUERY)
    stop = true
    await Promise.all(clients)
    expect(counts.failed).toBe(0)
    expect(counts['payment-risk@1']).toBeGreaterThan(0)
    const metrics = await (await fetch(`${served.url}/metrics`)).text()
    expect(metrics).not.toContain('modelgraph_version_info{version_id="payment-risk@1"')
  })

  it.each([
    ['corrupt', 'INVALID_ARTIFACT'],
    ['foreign', 'CONTRACT_MISMATCH'],
  ])('that is %s leaves the old one serving, and says why', async (name, code) => {
    const served = await start()
    served.registry.deploy({ 2: name }, { champion: 2 })
    const { status, models } = await served.until(({ models }) => models[0]?.versions[0]?.state === 'FAILED')
    expect([status, models]).toEqual([
      'ready',
      [
        {
          model: 'payment-risk',
          champion: 'payment-risk@1',
          revision: null,
          versions: [{ id: 'payment-risk@2', state: 'FAILED', error: { code, message: expect.any(String) } }],
        },
      ],
    ])
    expect((await served.ask(QUERY)).data.paymentRisk.servedBy.id).toBe('payment-risk@1')
    const pinned = await served.ask(QUERY.replace('})', '}, at: "2")'))
    expect(pinned.errors?.[0].extensions.code).toBe('VERSION_NOT_READY')
  })

  it('whose bytes are damaged on the way is not taken, and asked for again', async () => {
    const served = await start()
    served.registry.damage('risk-2')
    served.registry.deploy({ 1: 'risk-1', 2: 'risk-2' }, { champion: 2 })
    const { models } = await served.until(({ models }) => models[0]?.versions[1]?.state === 'FAILED')
    expect(models[0]).toMatchObject({
      champion: 'payment-risk@1',
      versions: [{}, { error: { code: 'INVALID_ARTIFACT' } }],
    })
    served.registry.repair('risk-2')
    await served.until(({ models }) => models[0]?.champion === 'payment-risk@2')
    expect((await served.ask(QUERY)).data.paymentRisk.servedBy.id).toBe('payment-risk@2')
  })
})

describe('versions', () => {
  it('of a model that is withdrawn answer no more', async () => {
    const served = await start()
    served.registry.withdraw()
    await served.until(({ models }) => models.length === 0)
    expect((await served.ask(QUERY)).errors?.[0].extensions.code).toBe('MODEL_NOT_FOUND')
  })

  it('of a model that is registered and has none are nothing to wait for', async () => {
    const served = await start()
    served.registry.deploy({}, {})
    await served.until(({ models }) => models[0]?.champion === null)
    expect((await served.until(() => true)).status).toBe('ready')
    expect((await served.ask(QUERY)).errors?.[0].extensions.code).toBe('MODEL_NOT_FOUND')
  })

  it('are fetched once, and kept in files of this user alone while they are deployed', async () => {
    const served = await start()
    served.registry.deploy({ 2: 'risk-2' }, { champion: 2 })
    await served.until(({ models }) => models[0]?.champion === 'payment-risk@2')
    served.registry.deploy({ 2: 'risk-2' }, { champion: 2, rival: 2 })
    const remembered = join(served.folder, 'deployments.json')
    await until(async () => (await readFile(remembered, 'utf8')).includes('rival'), SOON)
    await settled(served)
    expect(served.registry.fetched).toHaveLength(2)
    const files = await readdir(join(served.folder, 'artifacts'))
    expect(files).toEqual([served.registry.fetched[1]])
    const modes = [remembered, join(served.folder, 'artifacts', files[0]!)].map(
      async (path) => (await stat(path)).mode & 0o777,
    )
    expect(await Promise.all(modes)).toEqual([0o600, 0o600])
  })
})

describe('without a registry', () => {
  it('a subgraph serves what it remembers', async () => {
    const first = await start()
    const [artifact] = first.registry.fetched
    await until(() => remembers(first.folder, artifact!), SOON)
    await first.close()
    const second = await Served.against(first.registry, NOWHERE, first.folder)
    ends.push(second.close)
    expect((await second.ask(QUERY)).data.paymentRisk).toEqual({
      route: 'CHAMPION',
      servedBy: { id: 'payment-risk@1' },
    })
    expect((await second.until(() => true)).status).toBe('ready')
  })

  it.each([
    ['nothing', undefined],
    ['half a file', '{"environment":"te'],
    ['another shape', '{"environment":"test","models":[{}]}'],
  ])('a subgraph that remembers %s waits for the registry', async (_what, remembered) => {
    const folder = await newFolder()
    if (remembered) await writeFile(join(folder, 'deployments.json'), remembered)
    const registry = new FakeRegistry(SECRET)
    const port = Number(new URL(await registry.listen()).port)
    await registry.close()
    const served = await Served.against(registry, `http://127.0.0.1:${port}`, folder)
    ends.push(served.close)
    expect((await served.until(() => true)).status).toBe('starting')
    expect((await served.ask(QUERY)).errors?.[0].extensions.code).toBe('VERSION_NOT_READY')
    const late = new FakeRegistry(SECRET)
    ends.push(() => late.close())
    late.deploy({ 1: 'risk-1' }, { champion: 1 })
    await late.listen(port)
    await served.until(({ status }) => status === 'ready')
  })

  it('a subgraph serves on, and follows it again when it is back', async () => {
    const served = await start()
    const port = Number(new URL(served.registryUrl).port)
    await served.registry.close()
    expect((await served.ask(QUERY)).errors).toBeUndefined()
    const back = new FakeRegistry(SECRET)
    ends.push(() => back.close())
    back.deploy({ 2: 'risk-2' }, { champion: 2 })
    await back.listen(port)
    await served.until(({ models }) => models[0]?.champion === 'payment-risk@2')
  })
})

async function start(): Promise<Served> {
  const served = await Served.start()
  ends.push(() => served.stop())
  return served
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'serving-'))
  ends.push(() => rm(folder, { recursive: true }))
  return folder
}

async function remembers(folder: string, sha256: string): Promise<boolean> {
  const text = await readFile(join(folder, 'deployments.json'), 'utf8').catch(() => '')
  return text.includes(sha256)
}

/** Artifacts that are not deployed any more have gone. */
async function settled({ folder }: Served): Promise<void> {
  while ((await readdir(join(folder, 'artifacts'))).length > 1) await new Promise(setImmediate)
}
