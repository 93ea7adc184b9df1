import {
  cumulatedLatencies,
  type LatencyCounts,
  lowerEdgeOf,
  middleOf,
  upperEdgeOf,
} from '../../../shared/telemetry/latency-counts.js'
import { type Estimate, tailOf } from './estimate.js'
import { quantileRanks } from './order-statistics.js'

/**
 * The p-quantile in milliseconds, with the order-statistic interval widened to the edges of its buckets; undefined
 * without a latency. An end is infinite (or 0) where the sample is too small for a limit on that side. Compare two of
 * them with `differenceOf` or `relativeDifferenceOf`.
 */
export function estimateLatencyQuantile(counts: LatencyCounts, p: number, confidence: number): Estimate | undefined {
  tailOf(confidence)
  const buckets = cumulatedLatencies(counts)
  const sample = buckets.at(-1)?.rank ?? 0
  if (sample === 0) return undefined
  const at = (rank: number) => buckets.find((bucket) => bucket.rank >= rank)!.bucket
  const { lower, upper } = quantileRanks(sample, p, confidence)
  return {
    value: middleOf(at(Math.max(1, Math.ceil(p * sample)))),
    interval: {
      lower: lower < 1 ? 0 : lowerEdgeOf(at(lower)),
      upper: upper > sample ? Number.POSITIVE_INFINITY : upperEdgeOf(at(upper)),
    },
    sample,
  }
}
