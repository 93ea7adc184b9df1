import { Counter, Gauge, type Metric, type Registry } from 'prom-client'
import { KINDS, type Shedder } from '../limits/shedding/shedder.js'

export interface LoadSources {
  readonly shedder: Pick<Shedder, 'counters' | 'waits'>
  /** Where rates and quotas are counted now; undefined without Redis. */
  readonly countedIn: (() => 'redis' | 'memory') | undefined
}

const WAIT = 'modelgraph_gateway_wait_seconds'

/** Shows what is let in and what is shed, how long requests wait to be seen, and where limits are counted. */
export function registerLoadMetrics(register: Registry, { shedder, countedIn }: LoadSources): void {
  registerTotals(register, shedder)
  registerGauges(register, shedder)
  const help = 'How long requests have waited for the event loop at most when they were first seen.'
  const waits = () => ({
    name: WAIT,
    help,
    type: 'histogram',
    values: shedder.waits.values(WAIT, {}),
    aggregator: 'sum',
  })
  register.registerMetric({ name: WAIT, get: async () => waits() } as unknown as Metric)
  if (countedIn) registerStore(register, countedIn)
}

const TOTALS = [
  ['modelgraph_gateway_admitted_total', 'Operations let in, and batches among them.', 'admitted'],
  [
    'modelgraph_gateway_shed_total',
    'Operations refused with OVERLOADED, and batches that were let in before.',
    'refused',
  ],
] as const

function registerTotals(register: Registry, shedder: LoadSources['shedder']): void {
  for (const [name, help, field] of TOTALS) {
    new Counter({
      name,
      help,
      labelNames: ['kind'],
      registers: [register],
      collect() {
        this.reset()
        const counts = shedder.counters()[field]
        for (const kind of KINDS) this.inc({ kind }, counts[kind])
      },
    })
  }
}

const GAUGES = [
  ['modelgraph_gateway_operations_under_way', 'Operations let in that have not ended.', 'underWay'],
  ['modelgraph_gateway_operations_limit', 'Operations under way at most.', 'limit'],
  ['modelgraph_gateway_congested', '1 while a queue stands before the event loop.', 'congested'],
] as const

function registerGauges(register: Registry, shedder: LoadSources['shedder']): void {
  for (const [name, help, field] of GAUGES) {
    new Gauge({
      name,
      help,
      registers: [register],
      collect() {
        this.set(Number(shedder.counters()[field]))
      },
    })
  }
}

function registerStore(register: Registry, countedIn: () => 'redis' | 'memory'): void {
  new Gauge({
    name: 'modelgraph_gateway_limits_store',
    help: '1 for the store in which rates and quotas are counted now: Redis, or each gateway by itself while it is away.',
    labelNames: ['store'],
    registers: [register],
    collect() {
      const now = countedIn()
      for (const store of ['redis', 'memory']) this.set({ store }, store === now ? 1 : 0)
    },
  })
}
