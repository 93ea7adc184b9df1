import { Limits } from '../limits/limits.js'

/** Limits that let everything through. */
export function openLimits(): Limits {
  return new Limits({
    request: { maxCost: Number.MAX_VALUE, maxRows: Number.MAX_VALUE, listSize: 10 },
    rates: { client: null, models: {} },
    counters: { take: () => ({ short: undefined, left: [], quotaLeft: undefined }) },
    shedder: { refuseBatch: () => undefined },
    now: Date.now,
  })
}
