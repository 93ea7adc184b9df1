import type { QuotaPeriod } from './protocol.js'

/** Both in milliseconds since the epoch; the end belongs to the next period. */
export interface PeriodBounds {
  readonly start: number
  readonly end: number
}

/** The calendar period of UTC that a moment (milliseconds since the epoch) lies in. */
export function periodAt(period: QuotaPeriod, now: number): PeriodBounds {
  const date = new Date(now)
  const [year, month, day, hour] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCHours()]
  if (period === 'MONTH') return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) }
  if (period === 'DAY') return { start: Date.UTC(year, month, day), end: Date.UTC(year, month, day + 1) }
  return { start: Date.UTC(year, month, day, hour), end: Date.UTC(year, month, day, hour + 1) }
}
