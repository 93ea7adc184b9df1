import { tailOf } from './estimate.js'
import { incompleteBeta } from './incomplete-beta.js'

/** Ranks from 1 to n in the sorted sample; 0 and n + 1 say that the sample is too small for a limit on that side. */
export interface Ranks {
  readonly lower: number
  readonly upper: number
}

/**
 * Between which values of a sorted sample of n the p-quantile lies with at least this confidence, whatever the
 * distribution: X(k) is at most the quantile with the probability that a binomial(n, p) is at least k. H. A. David &
 * H. N. Nagaraja, “Order Statistics”, 3rd ed., 2003, §7.1. The 99th percentile has an upper limit at 95 % from 368 on.
 */
export function quantileRanks(n: number, p: number, confidence: number): Ranks {
  const tail = tailOf(confidence)
  const atMost = (k: number) => binomialCdf(k, n, p)
  return {
    lower: firstRank(n, (rank) => atMost(rank - 1) > tail) - 1,
    upper: firstRank(n, (rank) => atMost(rank - 1) >= 1 - tail),
  }
}

/** The probability of at most k successes in n trials; Abramowitz & Stegun 26.5.24. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0
  return k >= n ? 1 : incompleteBeta(n - k, k + 1, 1 - p, p)
}

/** The first rank from 1 on that holds, where all behind it hold too; n + 1 when none does. */
function firstRank(n: number, holds: (rank: number) => boolean): number {
  let [low, high] = [1, n + 1]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
