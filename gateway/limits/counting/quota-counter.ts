import type { QuotaPeriod, QuotaUse } from '../../../shared/control/protocol.js'
import { type PeriodBounds, periodAt } from '../../../shared/control/quota-period.js'

/** Periods that are over are told of this long; the registry does not answer for hours then. */
const KEPT_PERIODS = 24

/** Predictions of one client in one period, as this process and others have counted them. */
export class QuotaCounter {
  private bounds: PeriodBounds = { start: 0, end: 0 }
  private own = 0
  private others = 0
  /** Of `own`, what the registry knows. */
  private told = -1
  /** Of periods that are over, what the registry does not know. */
  private finished: QuotaUse[] = []

  constructor(
    private readonly clientId: string,
    private readonly period: QuotaPeriod,
  ) {}

  /** Predictions so far, at a time in milliseconds since the epoch. */
  used(now: number): number {
    if (now >= this.bounds.end) this.begin(now)
    return this.own + this.others
  }

  count(predictions: number, now: number): void {
    if (now >= this.bounds.end) this.begin(now)
    this.own += predictions
  }

  /** What the registry does not know yet, oldest first. */
  untold(now: number): QuotaUse[] {
    if (now >= this.bounds.end) this.begin(now)
    const current = this.own > this.told ? [this.use()] : []
    return [...this.finished, ...current]
  }

  /** Takes note that the registry knows a use, and of what it knows of others. */
  settle({ periodStart, used }: QuotaUse, others: number | undefined): void {
    this.finished = this.finished.filter((use) => use.periodStart !== periodStart)
    if (this.bounds.start !== periodStart) return
    this.told = Math.max(this.told, used)
    if (others !== undefined) this.others = others
  }

  /** Whether nothing was counted in this period, and nothing waits to be told. */
  isIdle(now: number): boolean {
    return this.used(now) === this.others && this.finished.length === 0
  }

  private begin(now: number): void {
    if (this.own > Math.max(0, this.told)) this.finished = [...this.finished, this.use()].slice(-KEPT_PERIODS)
    this.bounds = periodAt(this.period, now)
    this.own = 0
    this.others = 0
    this.told = -1
  }

  private use(): QuotaUse {
    return { clientId: this.clientId, period: this.period, periodStart: this.bounds.start, used: this.own }
  }
}
