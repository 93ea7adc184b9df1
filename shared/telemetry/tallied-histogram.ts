import type { Histogram, LabelValues, Registry } from 'prom-client'

/** Takes observations under one set of label values. */
export interface Tally {
  add(value: number): void
}

interface Declared {
  readonly name: string
  readonly help: string
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[]
}

/**
 * A histogram for what every request observes. Label values are handed in once, for a tally of their own: prom-client checks,
 * sorts and joins them for each observation, which costs more than to count it. What is told is the same.
 */
export class TalliedHistogram<Label extends string> {
  readonly name: string
  readonly help: string
  readonly type = 'histogram'
  readonly aggregator = 'sum'
  readonly #tallies: BucketTally<Label>[] = []
  readonly #buckets: readonly number[]

  constructor({ name, help, buckets }: Declared, register: Registry) {
    this.name = name
    this.help = help
    this.#buckets = buckets
    // A registry asks no more of a metric than its name and `get`.
    register.registerMetric(this as unknown as Histogram)
  }

  /** To be asked for once for each set of label values. */
  tally(labels: LabelValues<Label>): Tally {
    const tally = new BucketTally(this.name, labels, this.#buckets)
    this.#tallies.push(tally)
    return tally
  }

  /** For the registry. */
  async get() {
    const { name, help, type, aggregator } = this
    return { name, help, type, aggregator, values: this.#tallies.flatMap((tally) => tally.values()) }
  }
}

class BucketTally<Label extends string> implements Tally {
  #sum = 0
  #count = 0
  /** Observations by bucket; those above the last one are in `#count` alone. */
  readonly #counts: number[]

  constructor(
    private readonly name: string,
    private readonly labels: LabelValues<Label>,
    private readonly buckets: readonly number[],
  ) {
    this.#counts = buckets.map(() => 0)
  }

  add(value: number): void {
    this.#sum += value
    this.#count++
    for (let bucket = 0; bucket < this.buckets.length; bucket++) {
      if (value > this.buckets[bucket]!) continue
      this.#counts[bucket]!++
      return
    }
  }

  values() {
    const { name, labels } = this
    let below = 0
    const buckets = this.buckets.map((le, index) => {
      below += this.#counts[index]!
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: below }
    })
    return [
      ...buckets,
      { metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: this.#count },
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: this.#count },
    ]
  }
}
