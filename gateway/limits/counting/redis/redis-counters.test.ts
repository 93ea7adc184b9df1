import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { QuotaKnown } from '../../../../shared/control/quota-known.js'
import { createLog } from '../../../../shared/telemetry/log.js'
import { MemoryCounters } from '../memory-counters.js'
import { QuotaLedger, type QuotaLedgerOptions } from '../quota-ledger.js'
import type { BucketTake, Taking } from '../taking.js'
import { RedisCounters } from './redis-counters.js'
import { RedisStore } from './redis-store.js'
import { TAKE_SCRIPT } from './take-script.js'

const installed = spawnSync('redis-server', ['--version']).status === 0
const reason = installed ? '' : ', which is missing here: apt-get install redis-server'

/** Patience that never ends by itself, however busy the machine is. */
const untilAborted = (_ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))

describe.skipIf(!installed)(`limits in Redis (needs redis-server${reason})`, () => {
  let redis: ChildProcess
  let port: number
  const lines: Record<string, unknown>[] = []
  const gateways: Awaited<ReturnType<typeof gateway>>[] = []
  const books = new Map<string, number>()

  beforeAll(async () => {
    port = await freePort()
    redis = await startRedis(port)
    for (const name of ['a', 'b']) gateways.push(await gateway(name))
  })
  afterAll(async () => {
    for (const { store, ledger, own } of gateways) {
      store.stop()
      await Promise.all([ledger.stop(), own.stop()])
    }
    redis.kill('SIGKILL')
  })

  async function gateway(name: string) {
    const log = createLog('limits', 'info', { write: (line) => void lines.push(JSON.parse(line)) })
    const store = new RedisStore(`redis://127.0.0.1:${port}`, TAKE_SCRIPT, log)
    store.start()
    const pause = untilAborted
    const tell: QuotaLedgerOptions['tell'] = async ({ instance, clients }) =>
      clients.map(({ used, ...use }): QuotaKnown => {
        books.set(instance, Math.max(used, books.get(instance) ?? 0))
        const sum = [...books.values()].reduce((a, b) => a + b, 0)
        return { ...use, own: books.get(instance)!, others: sum - books.get(instance)! }
      })
    const ledger = new QuotaLedger({ tell, instance: 'shared', pause, now: Date.now })
    const own = new QuotaLedger({ tell, instance: name, pause, now: Date.now })
    const insurance = new MemoryCounters(own, Date.now)
    const counters = new RedisCounters({ store, environment: 'test', ledger, insurance, pause, now: Date.now })
    await vi.waitFor(() => store.run([], ['0']), 10_000)
    return { counters, store, ledger, own }
  }

  const bucket = (key: string, burst: number, tokens = 1): BucketTake => ({
    key,
    policy: key,
    unit: 'operations',
    rate: { perSecond: 0.001, burst },
    tokens,
  })
  const quota = (clientId: string, predictions: number, limit = 100): Taking['quota'] => ({
    clientId,
    quota: { predictions: limit, period: 'MONTH' },
    predictions,
  })
  /** What gateways let through, asked in turn and all at once. */
  const through = async (taking: Taking, times: number) => {
    const asked = Array.from({ length: times }, (_, index) => gateways[index % 2]!.counters.take(taking))
    return (await Promise.all(asked)).filter(({ short }) => short === undefined).length
  }

  it('are one for two gateways, exactly: rates', async () => {
    expect(await through({ buckets: [bucket('rate', 50)], quota: undefined }, 300)).toBe(50)
    expect(await through({ buckets: [bucket('rows', 50, 7)], quota: undefined }, 100)).toBe(7)
    expect(gateways.map(({ counters }) => counters.countedAlone)).toEqual([0, 0])
  })

  it('are one for two gateways, exactly: quotas', async () => {
    expect(await through({ buckets: [], quota: quota('shop', 3) }, 200)).toBe(33)
    const { short, quotaLeft } = await gateways[0]!.counters.take({ buckets: [], quota: quota('shop', 2) })
    expect([short, quotaLeft]).toEqual(['quota', 1])
  })

  it('take all or nothing, and say what is left', async () => {
    const [{ counters }] = gateways as [(typeof gateways)[0]]
    const buckets = [bucket('wide', 10), bucket('narrow', 1)]
    expect(await counters.take({ buckets, quota: undefined })).toMatchObject({ short: undefined })
    const refused = await counters.take({ buckets, quota: undefined })
    expect(refused.short).toBe(1)
    expect(refused.left.map((left) => Math.round(left))).toEqual([9, 0])
  })

  it('refill with time, as the memory does', async () => {
    const quick = { ...bucket('quick', 1), rate: { perSecond: 50, burst: 1 } }
    expect(await through({ buckets: [quick], quota: undefined }, 1)).toBe(1)
    await vi.waitFor(async () => expect(await through({ buckets: [quick], quota: undefined }, 1)).toBe(1))
  })

  it('go on in each gateway when Redis is lost, which is logged once, and are shared again when it is back', async () => {
    redis.kill('SIGKILL')
    await once(redis, 'exit')
    const taking = { buckets: [bucket('lost', 5)], quota: undefined }
    expect(await through(taking, 100)).toBe(10)
    expect(gateways.map(({ counters }) => counters.isShared)).toEqual([false, false])
    expect(lines.filter(({ msg }) => String(msg).startsWith('Redis is lost'))).toHaveLength(2)
    redis = await startRedis(port)
    const probe = { buckets: [bucket('probe', 1_000)], quota: undefined }
    await vi.waitFor(async () => {
      await Promise.all(gateways.map(({ counters }) => counters.take(probe)))
      for (const { counters } of gateways) expect(counters.isShared).toBe(true)
      expect(lines.filter(({ msg }) => String(msg).startsWith('Redis is back'))).toHaveLength(2)
    }, 20_000)
    expect(await through({ buckets: [bucket('back', 5)], quota: undefined }, 100)).toBe(5)
  })

  it('count a quota on from what the registry knows, when Redis has forgotten it', async () => {
    await Promise.all(gateways.map(({ ledger }) => ledger.stop()))
    expect(books.get('shared')).toBe(99)
    gateways.push(await gateway('c'))
    const { short, quotaLeft } = await gateways[2]!.counters.take({ buckets: [], quota: quota('shop', 2) })
    expect([short, quotaLeft]).toEqual(['quota', 1])
  })
})

describe('a Redis that hangs', () => {
  it('keeps nobody waiting: the gateway counts by itself, and asks again after a while', async () => {
    const clock = { now: Date.now() }
    let asked = 0
    const store = { run: () => new Promise<never>(() => void asked++) }
    const pause = () => Promise.resolve()
    const ledger = new QuotaLedger({ tell: async () => [], instance: 'a', pause, now: () => clock.now })
    const insurance = new MemoryCounters(ledger, () => clock.now)
    const counters = new RedisCounters({ store, environment: 'test', ledger, insurance, pause, now: () => clock.now })
    const rate = { perSecond: 1, burst: 2 }
    const take = () =>
      counters.take({ buckets: [{ key: 'a', policy: 'a', unit: 'operations', rate, tokens: 1 }], quota: undefined })
    expect([(await take()).short, (await take()).short, (await take()).short]).toEqual([undefined, undefined, 0])
    expect([asked, counters.isShared, counters.countedAlone]).toEqual([1, false, 3])
    clock.now += 1_000
    expect((await take()).short).toBeUndefined()
    expect(asked).toBe(2)
  })
})

async function startRedis(port: number): Promise<ChildProcess> {
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', '/tmp'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const chunk of server.stdout!) if (String(chunk).includes('Ready to accept connections')) break
  return server
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
