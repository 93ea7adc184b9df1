import { Counter, Histogram, type Registry } from 'prom-client'

/** A shadow version of a model. */
export interface ShadowVersion {
  readonly model: string
  readonly version: number
}

export interface ShadowMetrics {
  /** A row was compared with its answer: see `Difference`. */
  compared(shadow: ShadowVersion, largest: number | undefined, agrees: boolean | undefined): void
  /** Rows were not compared: the error code they ended in, or `dropped` where there was no room for them. */
  missed(shadow: ShadowVersion, outcome: string, rows: number): void
}

const DIFFERENCES = [0, 1e-6, 1e-5, 1e-4, 1e-3, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 10, 100, 1_000]

/** Metrics of versions that run beside those that answer. */
export function createShadowMetrics(register: Registry): ShadowMetrics {
  const registers = [register]
  const differences = new Histogram({
    name: 'modelgraph_shadow_difference',
    help: 'Largest absolute difference of numeric outputs between a shadow and the answer, by row.',
    labelNames: ['model', 'version'],
    buckets: DIFFERENCES,
    registers,
  })
  const agreements = new Counter({
    name: 'modelgraph_shadow_agreements_total',
    help: 'Rows whose categories, booleans and texts are those of the answer (agrees="true"), and others.',
    labelNames: ['model', 'version', 'agrees'],
    registers,
  })
  const rows = new Counter({
    name: 'modelgraph_shadow_rows_total',
    help: 'Rows sampled for a shadow: compared, dropped under pressure, or failed by it with an error code.',
    labelNames: ['model', 'version', 'outcome'],
    registers,
  })
  return {
    compared(shadow, largest, agrees) {
      rows.inc({ ...shadow, outcome: 'compared' })
      if (largest !== undefined) differences.observe({ ...shadow }, largest)
      if (agrees !== undefined) agreements.inc({ ...shadow, agrees: String(agrees) })
    },
    missed: (shadow, outcome, count) => rows.inc({ ...shadow, outcome }, count),
  }
}
