import { type Estimate, tailOf } from './estimate.js'
import { quantileRanks } from './order-statistics.js'

/**
 * Latencies counted by bucket: bucket number → count. Plain data, to be stored, sent and added up; at most 1,103 buckets
 * whatever the traffic. Bucket k holds the latencies above 1 µs · γ^(k−1) up to 1 µs · γ^k with γ = 1.01/0.99, so that
 * its middle is within 1 % of every latency in it: DDSketch, C. Masson, J. E. Rim & H. K. Lee, PVLDB 12(12), 2019.
 */
export type LatencyCounts = Readonly<Record<number, number>>

const SMALLEST_MS = 0.001
/** An hour; whatever took longer is counted in the last bucket, which has no upper end. */
const LARGEST_MS = 3_600_000
const GAMMA = 1.01 / 0.99
const LAST_BUCKET = Math.ceil(Math.log(LARGEST_MS / SMALLEST_MS) / Math.log(GAMMA)) + 1

/** The bucket of a latency in milliseconds; negative ones (a clock that was set back) count as none. */
export function latencyBucket(ms: number): number {
  if (!(ms > SMALLEST_MS)) return 0
  if (ms > LARGEST_MS) return LAST_BUCKET
  return Math.ceil(Math.log(ms / SMALLEST_MS) / Math.log(GAMMA))
}

export function countLatencies(latenciesMs: Iterable<number>): LatencyCounts {
  const counts: Record<number, number> = {}
  for (const ms of latenciesMs) {
    const bucket = latencyBucket(ms)
    counts[bucket] = (counts[bucket] ?? 0) + 1
  }
  return counts
}

/** All of them together: of two replicas, or of two minutes. */
export function mergeLatencies(...parts: readonly LatencyCounts[]): LatencyCounts {
  const counts: Record<number, number> = {}
  for (const part of parts) {
    for (const [bucket, count] of Object.entries(part)) counts[+bucket] = (counts[+bucket] ?? 0) + count
  }
  return counts
}

/**
 * The p-quantile in milliseconds, with the order-statistic interval widened to the edges of its buckets; undefined
 * without a latency. An end is infinite (or 0) where the sample is too small for a limit on that side. Compare two of
 * them with `differenceOf` or `relativeDifferenceOf`.
 */
export function estimateLatencyQuantile(counts: LatencyCounts, p: number, confidence: number): Estimate | undefined {
  tailOf(confidence)
  const buckets = cumulated(counts)
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

/** Buckets that hold something, from fast to slow, each with the rank of its slowest. */
function cumulated(counts: LatencyCounts): { readonly bucket: number; readonly rank: number }[] {
  let rank = 0
  return Object.entries(counts)
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.bucket - b.bucket)
    .map(({ bucket, count }) => {
      rank += count
      return { bucket, rank }
    })
}

function lowerEdgeOf(bucket: number): number {
  return bucket === 0 ? 0 : SMALLEST_MS * GAMMA ** (bucket - 1)
}

function upperEdgeOf(bucket: number): number {
  return bucket === LAST_BUCKET ? Number.POSITIVE_INFINITY : SMALLEST_MS * GAMMA ** bucket
}

/** Equally far from both edges, relative to them. */
function middleOf(bucket: number): number {
  return (2 * SMALLEST_MS * GAMMA ** bucket) / (GAMMA + 1)
}
