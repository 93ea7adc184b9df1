import { Counter, Gauge, type Metric, Registry } from 'prom-client'
import { NONE, OTHER } from '../../shared/control/usage.js'
import type { EndedRequest } from '../usage/used.js'
import { DurationBuckets } from './duration-buckets.js'

/** Names of operations that have a histogram of their own, at most: clients choose them. */
const MOST_OPERATIONS = 100

const DURATION = 'modelgraph_gateway_request_duration_seconds'

/** Requests to `/graphql`. Counted in plain fields; Prometheus' metrics are made of them when they are asked for. */
export class RequestMetrics {
  private readonly outcomes = new Map<string, number>()
  private readonly durations = new Map<string, DurationBuckets>()
  private inFlight = 0
  private hot = 0

  constructor(register: Registry) {
    this.registerOutcomes(register)
    this.registerGauges(register)
    // prom-client's own histogram hashes its labels at every observation.
    register.registerMetric({ name: DURATION, get: async () => this.histogram() } as unknown as Metric)
  }

  /** Counts what `/metrics` does not tell. */
  static unregistered(): RequestMetrics {
    return new RequestMetrics(new Registry())
  }

  begin(): void {
    this.inFlight += 1
  }

  /** Told of every request that has begun. */
  close(): void {
    this.inFlight -= 1
  }

  end({ operation, codes: [outcome = 'OK'], latencyMs, isHot }: EndedRequest): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1)
    if (isHot) this.hot += 1
    this.durationsOf(operation ? (operation.name ?? 'unnamed') : NONE).observe(latencyMs)
  }

  private durationsOf(name: string): DurationBuckets {
    const known = this.durations.get(name)
    if (known) return known
    if (this.durations.size >= MOST_OPERATIONS && name !== OTHER) return this.durationsOf(OTHER)
    const made = new DurationBuckets()
    this.durations.set(name, made)
    return made
  }

  private histogram() {
    const help = 'Time of a request to /graphql at the gateway, by the name of its operation.'
    const values = [...this.durations].flatMap(([operation, durations]) => durations.values(DURATION, { operation }))
    return { name: DURATION, help, type: 'histogram', values, aggregator: 'sum' }
  }

  private registerOutcomes(register: Registry): void {
    const { outcomes } = this
    new Counter({
      name: 'modelgraph_gateway_requests_total',
      help: 'Requests to /graphql: OK, ABORTED by the client, or the code of the first error in the answer.',
      labelNames: ['outcome'],
      registers: [register],
      collect() {
        this.reset()
        for (const [outcome, count] of outcomes) this.inc({ outcome }, count)
      },
    })
  }

  private registerGauges(register: Registry): void {
    const registers = [register]
    const inFlight = () => this.inFlight
    const hot = () => this.hot
    new Gauge({
      name: 'modelgraph_gateway_requests_in_flight',
      help: 'HTTP requests of all routes that have no answer yet.',
      registers,
      collect() {
        this.set(inFlight())
      },
    })
    new Counter({
      name: 'modelgraph_gateway_hot_requests_total',
      help: 'Requests whose operation was known: planned and compiled before.',
      registers,
      collect() {
        this.reset()
        this.inc(hot())
      },
    })
  }
}
