import { Counter, Gauge, type Registry } from 'prom-client'

/** Counts rows by whether their answer was remembered, and shows what memory that takes. */
export interface AnswerCacheMetrics {
  read(rows: { readonly model: string; readonly hits: number; readonly misses: number }): void
}

export function createAnswerCacheMetrics(
  cache: { readonly size: number; readonly bytes: number },
  register: Registry,
): AnswerCacheMetrics {
  const registers = [register]
  const rows = new Counter({
    name: 'modelgraph_answer_cache_rows_total',
    help: 'Rows of cacheable models, by whether their answer was remembered.',
    labelNames: ['model', 'result'],
    registers,
  })
  new Gauge({
    name: 'modelgraph_answer_cache_entries',
    help: 'Answers that are remembered.',
    registers,
    collect() {
      this.set(cache.size)
    },
  })
  new Gauge({
    name: 'modelgraph_answer_cache_bytes',
    help: 'Memory that remembered answers take, nearly.',
    registers,
    collect() {
      this.set(cache.bytes)
    },
  })
  return {
    read({ model, hits, misses }) {
      if (hits > 0) rows.inc({ model, result: 'hit' }, hits)
      if (misses > 0) rows.inc({ model, result: 'miss' }, misses)
    },
  }
}
