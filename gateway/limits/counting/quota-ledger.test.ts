import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Quota, QuotaUsed } from '../../../shared/control/protocol.js'
import type { QuotaKnown } from '../../../shared/control/quota-known.js'
import { MemoryCounters } from './memory-counters.js'
import { QuotaLedger } from './quota-ledger.js'

const HOUR = 3_600_000
const START = 500_000 * HOUR
const HOURLY: Quota = { predictions: 100, period: 'HOUR' }

/** A registry's memory: by client and period, what each instance has told. */
class Books {
  down = false
  readonly told = new Map<string, Map<string, number>>()

  readonly tell = async ({ instance, clients }: Omit<QuotaUsed, 'environment'>): Promise<QuotaKnown[]> => {
    if (this.down) throw new Error('down')
    return clients.map(({ used, ...use }) => {
      const counts = this.told.get(nameOf(use)) ?? new Map<string, number>()
      this.told.set(nameOf(use), counts)
      counts.set(instance, Math.max(used, counts.get(instance) ?? 0))
      const own = counts.get(instance)!
      return { ...use, own, others: this.used(use.clientId, use.periodStart) - own }
    })
  }

  used(clientId: string, periodStart: number): number {
    return [...(this.told.get(nameOf({ clientId, periodStart }))?.values() ?? [])].reduce((a, b) => a + b, 0)
  }
}

function nameOf({ clientId, periodStart }: { clientId: string; periodStart: number }): string {
  return `${clientId} ${periodStart}`
}

function gateway(books: Books, clock: { now: number }, instance: string) {
  const wakes: (() => void)[] = []
  const ledger = new QuotaLedger({
    tell: books.tell,
    instance,
    pause: (_ms, signal) =>
      new Promise((resolve) => {
        wakes.push(resolve)
        signal.addEventListener('abort', () => resolve())
      }),
    now: () => clock.now,
  })
  const counters = new MemoryCounters(ledger, () => clock.now)
  const ask = async (predictions: number, quota = HOURLY) =>
    counters.take({ buckets: [], quota: { clientId: 'shop', quota, predictions } })
  /** Lets the reports happen that are due. */
  const report = async () => {
    const before = wakes.length
    for (const wake of wakes.splice(0)) wake()
    if (before > 0) await vi.waitFor(() => expect(wakes.length).toBeGreaterThan(0))
  }
  return { ledger, ask, report, giveUp: () => wakes.shift()?.() }
}

describe('a quota', () => {
  it('never lets more than its number through, however it is asked for', async () => {
    const asked = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(asked, fc.integer({ min: 0, max: 500 }), async (sizes, predictions) => {
        const { ask } = gateway(new Books(), { now: START }, 'a')
        const taken = await Promise.all(sizes.map((size) => ask(size, { predictions, period: 'DAY' })))
        const through = taken.reduce((sum, { short }, index) => sum + (short ? 0 : sizes[index]!), 0)
        expect(through).toBeLessThanOrEqual(predictions)
        expect(taken.at(-1)?.quotaLeft ?? predictions).toBe(predictions - through)
      }),
    )
  })

  it('begins again with the next period, and tells the one before to the end', async () => {
    const books = new Books()
    const clock = { now: START }
    const { ask, ledger } = gateway(books, clock, 'a')
    expect(await ask(90)).toMatchObject({ short: undefined, quotaLeft: 10 })
    expect(await ask(11)).toMatchObject({ short: 'quota', quotaLeft: 10 })
    clock.now += HOUR
    expect(await ask(20)).toMatchObject({ short: undefined, quotaLeft: 80 })
    await ledger.stop()
    expect([books.used('shop', START), books.used('shop', START + HOUR)]).toEqual([90, 20])
  })

  it('goes on after a restart from what the registry knows', async () => {
    const books = new Books()
    const clock = { now: START }
    const first = gateway(books, clock, 'a')
    await first.ask(70)
    await first.ledger.stop()
    const second = gateway(books, clock, 'b')
    expect(await second.ask(31)).toMatchObject({ short: 'quota', quotaLeft: 30 })
    expect(await second.ask(30)).toMatchObject({ short: undefined, quotaLeft: 0 })
    await second.ledger.stop()
    expect(books.used('shop', START)).toBe(100)
  })

  it('takes in what other gateways count, at the next report', async () => {
    const books = new Books()
    const clock = { now: START }
    const [a, b] = [gateway(books, clock, 'a'), gateway(books, clock, 'b')]
    a.ledger.start()
    b.ledger.start()
    await Promise.all([a.ask(40), b.ask(40)])
    await a.report()
    await b.report()
    expect(await b.ask(21)).toMatchObject({ short: 'quota', quotaLeft: 20 })
    await Promise.all([a.ledger.stop(), b.ledger.stop()])
    expect(books.used('shop', START)).toBe(80)
  })

  it('goes on while the registry is down, and tells it all afterwards', async () => {
    const books = new Books()
    books.down = true
    const { ask, ledger, report } = gateway(books, { now: START }, 'a')
    ledger.start()
    expect(await ask(60)).toMatchObject({ short: undefined })
    await report()
    expect(await ask(60)).toMatchObject({ short: 'quota', quotaLeft: 40 })
    books.down = false
    await ledger.stop()
    expect(books.used('shop', START)).toBe(60)
  })

  it('does not wait for a registry that hangs', async () => {
    const books = new Books()
    const { ask, giveUp } = gateway(Object.assign(books, { tell: () => new Promise(() => {}) }), { now: START }, 'a')
    const asked = ask(1)
    giveUp()
    expect(await asked).toMatchObject({ short: undefined, quotaLeft: 99 })
    expect(await ask(1)).toMatchObject({ quotaLeft: 98 })
  })
})
