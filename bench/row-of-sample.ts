import type { Sample } from './load/closed-loop.js'
import { quantile } from './load/quantile.js'
import type { Row } from './series.js'

/** The row of a single sample, of which no CPU time was read and which is compared with nothing. */
export function rowOfSample(name: string, concurrency: number, { count, seconds, latenciesMs }: Sample): Row {
  const sorted = Float64Array.from(latenciesMs).sort()
  return {
    name,
    concurrency,
    rps: count / seconds,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    cpuUsPerOp: null,
    besideCpuUsPerOp: null,
    loadCpuUsPerOp: null,
    ratioToBare: 1,
    cpuRatio: null,
  }
}
