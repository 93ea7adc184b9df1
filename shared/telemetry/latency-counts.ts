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
const LOG_GAMMA = Math.log(GAMMA)
export const LAST_LATENCY_BUCKET = Math.ceil(Math.log(LARGEST_MS / SMALLEST_MS) / LOG_GAMMA) + 1

/** The bucket of a latency in milliseconds; negative ones (a clock that was set back) count as none. */
export function latencyBucket(ms: number): number {
  if (!(ms > SMALLEST_MS)) return 0
  if (ms > LARGEST_MS) return LAST_LATENCY_BUCKET
  return Math.ceil(Math.log(ms / SMALLEST_MS) / LOG_GAMMA)
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
  for (const part of parts) addLatencies(counts, part)
  return counts
}

/** Adds some to those that are counted already. */
export function addLatencies(counts: Record<number, number>, added: LatencyCounts): void {
  for (const [bucket, count] of Object.entries(added)) counts[+bucket] = (counts[+bucket] ?? 0) + count
}

/** The p-quantile in milliseconds, within 1 %; undefined without a latency. */
export function latencyQuantile(counts: LatencyCounts, p: number): number | undefined {
  const buckets = cumulatedLatencies(counts)
  const sample = buckets.at(-1)?.rank ?? 0
  if (sample === 0) return undefined
  const rank = Math.max(1, Math.ceil(p * sample))
  return middleOf(buckets.find((bucket) => bucket.rank >= rank)!.bucket)
}

/** Buckets that hold something, from fast to slow, each with the rank of its slowest. */
export function cumulatedLatencies(counts: LatencyCounts): { readonly bucket: number; readonly rank: number }[] {
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

/** In milliseconds. */
export function lowerEdgeOf(bucket: number): number {
  return bucket === 0 ? 0 : SMALLEST_MS * GAMMA ** (bucket - 1)
}

/** In milliseconds. */
export function upperEdgeOf(bucket: number): number {
  return bucket === LAST_LATENCY_BUCKET ? Number.POSITIVE_INFINITY : SMALLEST_MS * GAMMA ** bucket
}

/** Equally far from both edges, relative to them. */
export function middleOf(bucket: number): number {
  return (2 * SMALLEST_MS * GAMMA ** bucket) / (GAMMA + 1)
}
