import type { QuotaPeriod, QuotaUse } from '../../../shared/control/protocol.js'
import type { QuotaKnown } from '../../../shared/control/quota-known.js'
import { type PeriodBounds, periodAt } from '../../../shared/control/quota-period.js'

/** Periods that are over are told of this long; the registry does not answer for hours then. */
const KEPT_PERIODS = 24

/** Predictions of one client in one period, as this process and others have counted them. */
export class QuotaCounter {
  private bounds: PeriodBounds = { start: 0, end: 0 }
  private own = 0
  private others = 0
  /** Of this instance, what the registry knew before. */
  private recorded = 0
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
  settle({ periodStart, used }: QuotaUse, known: Pick<QuotaKnown, 'own' | 'others'> | undefined): void {
    this.finished = this.finished.filter((use) => use.periodStart !== periodStart)
    if (this.bounds.start !== periodStart) return
    this.told = Math.max(this.told, used)
    if (!known) return
    this.others = known.others
    this.recorded = known.own
  }

  /** What the registry has told of this instance and of all others. */
  known(now: number): { readonly recorded: number; readonly others: number } {
    if (now >= this.bounds.end) this.begin(now)
    return { recorded: this.recorded, others: this.others }
  }

  /** Takes note of a count that is kept elsewhere. */
  reach(own: number, now: number): void {
    if (now >= this.bounds.end) this.begin(now)
    this.own = Math.max(this.own, own)
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
    this.recorded = 0
    this.told = -1
  }

  private use(): QuotaUse {
    return { clientId: this.clientId, period: this.period, periodStart: this.bounds.start, used: this.own }
  }
}
