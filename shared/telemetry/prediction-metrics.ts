import { Counter, Gauge, type Registry } from 'prom-client'
import type { ErrorCode } from '../errors/table.js'
import type { Engine, RunReport } from '../inference/engine.js'
import { TalliedHistogram, type Tally } from './tallied-histogram.js'

/** One field of a request that was answered. */
export interface AnsweredCall {
  readonly model: string
  /** Undefined where no version could be found for it. */
  readonly version: number | undefined
  readonly latencyMs: number
  /** Rows asked, failed ones included. */
  readonly rows: number
  readonly errors: readonly { readonly code: ErrorCode }[]
}

/** Rows that the fallback was given. */
export interface FallenBack {
  readonly model: string
  /** The version that failed them. */
  readonly version: number
  /** Error code, or `BREAKER_OPEN` where it was not even asked. */
  readonly code: string
  readonly rows: number
}

export interface PredictionMetrics {
  answered(call: AnsweredCall): void
  fellBack(fallen: FallenBack): void
  /** A run of the engine has ended. */
  ran(report: RunReport): void
  /** Reports the engine's queues and versions from now on. */
  observe(engine: Engine): void
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Runs take from ten microseconds. */
const RUN_SECONDS = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, ...SECONDS]
const BATCH_ROWS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024]

/** Metrics of the data plane. Outcomes are `ok` or an error code; a call counts once for each outcome among its rows. */
export function createPredictionMetrics(register: Registry): PredictionMetrics {
  const fallbacks = new Counter({
    name: 'modelgraph_fallback_rows_total',
    help: 'Rows given to the fallback, by the version that failed them and how.',
    labelNames: ['model', 'version', 'code'],
    registers: [register],
  })
  return {
    answered: countAnswers(register),
    fellBack: ({ model, version, code, rows }) => fallbacks.inc({ model, version, code }, rows),
    ran: observeRuns(register),
    observe: (engine) => observeEngine(engine, register),
  }
}

/** Rows of one model and version that ended alike. */
interface Outcome {
  readonly labels: { readonly model: string; readonly version: number | string; readonly outcome: string }
  readonly latency: Tally
  /** Rows since the metrics were last asked for. */
  rows: number
}

function countAnswers(register: Registry): PredictionMetrics['answered'] {
  const outcomeOf = observeOutcomes(register)
  return ({ model, version = 'none', latencyMs, rows, errors }) => {
    const count = (name: string, amount: number) => {
      const outcome = outcomeOf(model, version, name)
      outcome.latency.add(latencyMs / 1_000)
      outcome.rows += amount
    }
    if (rows > errors.length) count('ok', rows - errors.length)
    if (errors.length > 0) for (const [code, amount] of codesAmong(errors)) count(code, amount)
  }
}

/** Outcomes are made once and kept: there are as many as models, versions and error codes allow. */
function observeOutcomes(register: Registry): (model: string, version: number | string, name: string) => Outcome {
  const known = new Map<string, Outcome>()
  const help = 'Time of a prediction field at the subgraph, by outcome of its rows.'
  const declared = { name: 'modelgraph_prediction_duration_seconds', help, buckets: SECONDS }
  const latency = new TalliedHistogram(declared, register)
  new Counter({
    name: 'modelgraph_prediction_rows_total',
    help: 'Rows answered, by outcome.',
    labelNames: ['model', 'version', 'outcome'],
    registers: [register],
    collect() {
      for (const outcome of known.values()) {
        this.inc(outcome.labels, outcome.rows)
        outcome.rows = 0
      }
    },
  })
  return (model, version, name) => {
    const key = `${model} ${version} ${name}`
    const outcome = known.get(key)
    if (outcome) return outcome
    const labels = { model, version, outcome: name }
    const added = { labels, latency: latency.tally(labels), rows: 0 }
    known.set(key, added)
    return added
  }
}

function codesAmong(errors: AnsweredCall['errors']): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { code } of errors) counts.set(code, (counts.get(code) ?? 0) + 1)
  return counts
}

/** Of one version. */
interface Runs {
  readonly rows: Tally
  readonly wait: Tally
  readonly run: Tally
}

/** Versions are met once and kept: there are as many as were loaded. */
function observeRuns(register: Registry): PredictionMetrics['ran'] {
  const runsOf = observeVersions(register)
  const known = new Map<string, Runs>()
  return ({ id, rows, queueMs, runMs }) => {
    const runs = known.get(id) ?? runsOf(id)
    known.set(id, runs)
    runs.rows.add(rows)
    runs.wait.add(queueMs / 1_000)
    runs.run.add(runMs / 1_000)
  }
}

function observeVersions(register: Registry): (id: string) => Runs {
  const histogram = (name: string, help: string, buckets: readonly number[]) =>
    new TalliedHistogram({ name, help, buckets }, register)
  const rows = histogram('modelgraph_batch_rows', 'Rows in one run of a model version.', BATCH_ROWS)
  const waited = 'Time from arrival to computation of the row of a run that waited longest.'
  const wait = histogram('modelgraph_queue_duration_seconds', waited, RUN_SECONDS)
  const run = histogram('modelgraph_run_duration_seconds', 'Time of one run of a model version.', RUN_SECONDS)
  return (id) => {
    const [model = id, version = 'none'] = id.split('@')
    const labels = { model, version }
    return { rows: rows.tally({ version_id: id }), wait: wait.tally(labels), run: run.tally(labels) }
  }
}

function observeEngine(engine: Engine, register: Registry): void {
  new Gauge({
    name: 'modelgraph_queue_rows',
    help: 'Rows that wait for a run.',
    labelNames: ['version_id'],
    registers: [register],
    collect() {
      this.reset()
      for (const { id, queuedRows } of engine.status()) this.set({ version_id: id }, queuedRows)
    },
  })
  new Gauge({
    name: 'modelgraph_version_info',
    help: 'Model versions in this process: 1 for the state and place they are in.',
    labelNames: ['version_id', 'state', 'placement'],
    registers: [register],
    collect() {
      this.reset()
      for (const { id, state, placement } of engine.status()) this.set({ version_id: id, state, placement }, 1)
    },
  })
}
