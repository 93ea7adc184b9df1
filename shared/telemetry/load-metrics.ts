import { Counter, Gauge, type Registry } from 'prom-client'

/** Reports what is under way, and counts what is refused for it. */
export interface LoadMetrics {
  refused(what: string, rank: string, amount: number): void
  observe(what: string, underWay: () => number): void
}

export function createLoadMetrics(register: Registry): LoadMetrics {
  const observed = new Map<string, () => number>()
  new Gauge({
    name: 'modelgraph_under_way',
    help: 'Operations and rows that are being answered.',
    labelNames: ['what'],
    registers: [register],
    collect() {
      for (const [what, underWay] of observed) this.set({ what }, underWay())
    },
  })
  const refusals = new Counter({
    name: 'modelgraph_refused_total',
    help: 'Operations and rows refused at once because too many were under way, by rank.',
    labelNames: ['what', 'rank'],
    registers: [register],
  })
  return {
    refused: (what, rank, amount) => refusals.inc({ what, rank }, amount),
    observe: (what, underWay) => observed.set(what, underWay),
  }
}
