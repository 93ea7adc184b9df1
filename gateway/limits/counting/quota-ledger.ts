import { MOST_USES, type Quota, type QuotaUse, type QuotaUsed } from '../../../shared/control/protocol.js'
import type { QuotaKnown } from '../../../shared/control/quota-known.js'
import { Rounds } from '../../../shared/process/rounds.js'
import { QuotaCounter } from './quota-counter.js'

export interface QuotaLedgerOptions {
  /** Tells the registry, and answers what it knows of the same clients; fails when it does not answer. */
  readonly tell: (used: Omit<QuotaUsed, 'environment'>) => Promise<readonly QuotaKnown[]>
  /** Names this process. */
  readonly instance: string
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** How often the registry is told, in milliseconds. */
const TELL_EVERY_MS = 2_000

/** How long the first request of a client waits for what the registry knows, in milliseconds. */
const PATIENCE_MS = 400

/**
 * What clients have used of their quotas. A client's count begins with what the registry knows of it, so that it goes on
 * after a restart, and takes in what other gateways tell; the registry is told every {@link TELL_EVERY_MS}.
 */
export class QuotaLedger {
  private readonly counters = new Map<string, QuotaCounter>()
  private readonly learning = new Map<string, Promise<void>>()
  private readonly rounds: Rounds

  constructor(private readonly options: QuotaLedgerOptions) {
    const { pause } = options
    this.rounds = new Rounds({ pause: (signal) => pause(TELL_EVERY_MS, signal), work: () => this.tellAll() })
  }

  /** The count of a client; a promise of it at first sight, which waits for the registry no longer than {@link PATIENCE_MS}. */
  counterOf(clientId: string, { period }: Quota): QuotaCounter | Promise<QuotaCounter> {
    const key = `${period} ${clientId}`
    const known = this.counters.get(key)
    if (known && this.learning.size === 0) return known
    const counter = known ?? new QuotaCounter(clientId, period)
    if (!known) this.learn(key, counter)
    const learning = this.learning.get(key)
    return learning ? learning.then(() => counter) : counter
  }

  start(): void {
    this.rounds.start()
  }

  /** Tells what has not been told and ends. */
  async stop(): Promise<void> {
    await this.rounds.stop()
    await this.tell([...this.counters.values()])
  }

  private learn(key: string, counter: QuotaCounter): void {
    this.counters.set(key, counter)
    const enough = new AbortController()
    const told = this.tell([counter]).finally(() => enough.abort())
    const learned = Promise.race([told, this.options.pause(PATIENCE_MS, enough.signal)])
    this.learning.set(
      key,
      learned.finally(() => this.learning.delete(key)),
    )
  }

  private async tellAll(): Promise<void> {
    await this.tell([...this.counters.values()])
    this.forgetIdle()
  }

  /** Never rejects: what the registry does not take is told again. */
  private async tell(counters: readonly QuotaCounter[]): Promise<void> {
    const now = this.options.now()
    const untold = counters.flatMap((counter) => counter.untold(now))
    for (let from = 0; from < untold.length; from += MOST_USES) {
      const clients = untold.slice(from, from + MOST_USES)
      const known = await this.options.tell({ instance: this.options.instance, clients }).catch(() => undefined)
      if (!known) return
      this.settle(clients, known)
    }
  }

  private settle(clients: readonly QuotaUse[], known: readonly QuotaKnown[]): void {
    const answers = new Map(known.map((use) => [nameOf(use), use] as const))
    for (const use of clients) {
      this.counters.get(`${use.period} ${use.clientId}`)?.settle(use, answers.get(nameOf(use)))
    }
  }

  private forgetIdle(): void {
    const now = this.options.now()
    for (const [key, counter] of this.counters) if (counter.isIdle(now)) this.counters.delete(key)
  }
}

function nameOf({ clientId, period, periodStart }: Pick<QuotaUse, 'clientId' | 'period' | 'periodStart'>): string {
  return `${period} ${periodStart} ${clientId}`
}
