import type { UsageReport, UsedOperation } from '../../shared/control/usage.js'
import { Rounds } from '../../shared/process/rounds.js'
import type { Log } from '../../shared/telemetry/log.js'
import { type ReportedUse, reportsOf } from './reports.js'
import { UsageTable } from './usage-table.js'
import type { EndedRequest } from './used.js'

export interface UsageReporterOptions {
  /** Names this process; another one after a restart. */
  readonly instance: string
  /** Takes a report, or refuses it for good; rejects when it is not known to be counted. */
  readonly send: (report: Omit<UsageReport, 'environment'>) => Promise<'counted' | 'refused'>
  /** Resolves when the next report is due, or the signal aborts. */
  readonly pause: (signal: AbortSignal) => Promise<void>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly log: Log
  /** Lines of one table, of each kind; see `UsageTable`. */
  readonly room?: number
}

const ROOM = 5_000
const DESCRIBED_AGAIN_MS = 3_600_000

/**
 * Counts requests in memory and tells the registry every few seconds, so that each is counted once. While the registry does not
 * answer, the report under way waits as it is and everything else is counted together, in the same bounded room. What a
 * process has not reported when it is killed is lost.
 */
export class UsageReporter {
  private table: UsageTable
  private waiting: readonly ReportedUse[] = []
  private number = 1
  private described = new Set<string>()
  private describedSince = 0
  private failing = false
  private readonly rounds: Rounds

  constructor(private readonly options: UsageReporterOptions) {
    this.table = this.newTable()
    this.rounds = new Rounds({ pause: options.pause, work: () => this.report() })
  }

  /** Never throws, never waits. */
  count(request: EndedRequest): void {
    this.table.count(request, this.options.now())
  }

  start(): void {
    this.rounds.start()
  }

  /** Reports what is left, once, and stops. */
  async stop(): Promise<void> {
    await this.rounds.stop()
    await this.report()
  }

  /** Sends all that was counted; what the registry does not take is kept. */
  async report(): Promise<void> {
    if (this.waiting.length === 0) this.freeze()
    try {
      while (this.waiting.length > 0) await this.sendNext()
      this.failing = false
    } catch (err) {
      if (!this.failing) this.options.log.warn({ err }, 'usage is not taken by the registry; it is kept and sent later')
      this.failing = true
    }
  }

  private async sendNext(): Promise<void> {
    const { instance, send, log } = this.options
    const taken = await send({ instance, number: this.number, ...this.waiting[0]! })
    if (taken === 'refused') log.error({ number: this.number }, 'the registry refused a report of usage: it is lost')
    this.number += 1
    this.waiting = this.waiting.slice(1)
  }

  private freeze(): void {
    if (this.table.isEmpty) return
    const counted = this.table.counted()
    this.table = this.newTable()
    this.waiting = reportsOf(counted, this.undescribed(counted.operations))
  }

  /** Again and again, since the registry may have been given another database. */
  private undescribed(operations: ReadonlyMap<string, UsedOperation>): UsedOperation[] {
    const now = this.options.now()
    if (now - this.describedSince > DESCRIBED_AGAIN_MS) {
      this.described = new Set()
      this.describedSince = now
    }
    const unknown = [...operations.values()].filter(({ hash }) => !this.described.has(hash))
    for (const { hash } of unknown) this.described.add(hash)
    return unknown
  }

  private newTable(): UsageTable {
    return new UsageTable(this.options.room ?? ROOM)
  }
}
