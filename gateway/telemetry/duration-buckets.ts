/** Upper ends of Prometheus' buckets, in seconds. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Durations counted by Prometheus' buckets; plain arrays, since this is done for every request. */
export class DurationBuckets {
  private readonly counts = new Array<number>(SECONDS.length + 1).fill(0)
  private sum = 0

  observe(ms: number): void {
    const seconds = ms / 1_000
    let bucket = 0
    while (bucket < SECONDS.length && seconds > SECONDS[bucket]!) bucket += 1
    this.counts[bucket]! += 1
    this.sum += seconds
  }

  /** As prom-client writes a histogram: cumulated buckets, then the sum and the count. */
  values(name: string, labels: Readonly<Record<string, string>>) {
    let count = 0
    const buckets = this.counts.map((counted, bucket) => {
      count += counted
      return {
        metricName: `${name}_bucket`,
        labels: { ...labels, le: String(SECONDS[bucket] ?? '+Inf') },
        value: count,
      }
    })
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.sum },
      { metricName: `${name}_count`, labels, value: count },
    ]
  }
}
