import { Counter, Gauge, type Registry } from 'prom-client'

/** A cache that counts how often it had what was asked. */
export interface CountedCache {
  readonly size: number
  readonly hits: number
  readonly misses: number
}

/** Shows how well caches do, by their names. */
export function registerCacheMetrics(register: Registry, caches: Readonly<Record<string, CountedCache>>): void {
  const registers = [register]
  new Counter({
    name: 'modelgraph_cache_reads_total',
    help: 'Reads of caches, by what came of them.',
    labelNames: ['cache', 'result'],
    registers,
    collect() {
      this.reset()
      for (const [cache, { hits, misses }] of Object.entries(caches)) {
        this.inc({ cache, result: 'hit' }, hits)
        this.inc({ cache, result: 'miss' }, misses)
      }
    },
  })
  new Gauge({
    name: 'modelgraph_cache_entries',
    help: 'What caches hold.',
    labelNames: ['cache'],
    registers,
    collect() {
      for (const [cache, { size }] of Object.entries(caches)) this.set({ cache }, size)
    },
  })
}
