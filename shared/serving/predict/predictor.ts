import type { CompiledContract } from '../../contract/compiled.js'
import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { Engine, RunTimes } from '../../inference/engine.js'
import type { PredictionMetrics } from '../../telemetry/prediction-metrics.js'
import type { CachedModel, CachedRows } from '../cache/cached-model.js'
import type { Clock } from '../clock.js'
import type { Admission } from '../load/admission.js'
import type { Prediction } from '../schema/prediction.js'
import { type Admitted, errorsAmong, placesOf } from './admitted.js'
import type { AnsweredField, Outputs } from './answered-field.js'
import { type Call, rankOf } from './call.js'
import { columnAt } from './column-at.js'
import { countAnswers } from './count-answers.js'
import { longestColumn, type RowLimits, refuseLongColumns, refuseLongList } from './limits.js'
import {
  type FallbackRows,
  fallbackRowsOf,
  type Provenance,
  provenanceOf,
  type RoutedField,
  sign,
} from './provenance.js'
import type { RoutingTable } from './routing-table.js'
import { RowRoutes } from './row-routes.js'
import { runRows } from './run-rows.js'

/** What predictions stand on. */
export interface Serving {
  readonly engine: Engine
  readonly routing: RoutingTable
  readonly clock: Clock
  readonly newId: () => string
  readonly metrics: PredictionMetrics
  readonly limits: RowLimits
  /** Of the rows that are under way. */
  readonly admission: Admission
  /** Told of every field once its rows have ended, before the answer leaves; may neither throw nor take long. */
  readonly onAnswered?: (field: AnsweredField, contract: CompiledContract) => void
}

export interface AnsweredRows extends Provenance {
  /** Predictions and errors, in the order asked. */
  readonly results: readonly (Prediction | ModelgraphError)[]
}

export interface AnsweredColumns extends Provenance {
  /** A vector per output. */
  readonly outputs: Readonly<Record<string, unknown>>
  /** Null where the row failed. */
  readonly predictionIds: readonly (string | null)[]
  /** Null where one version answered all. */
  readonly fallback: FallbackRows | null
  readonly failed: readonly { readonly row: number; readonly error: ModelgraphError }[]
}

/** Answers the rows of one model: admit them, route them to versions, run them, say where the answers came from. */
export class Predictor {
  constructor(
    private readonly contract: CompiledContract,
    private readonly serving: Serving,
    /** Absent where the model's answers are not remembered. */
    private readonly cached?: CachedModel,
  ) {}

  /** One row. Throws its error. */
  async row(row: unknown, call: Call): Promise<Prediction> {
    const leave = this.#enter(1, call)
    try {
      const [result] = (await this.#rows([row], call)).results
      if (result instanceof ModelgraphError) throw result
      return result!
    } finally {
      leave()
    }
  }

  async rows(rows: readonly unknown[], call: Call): Promise<AnsweredRows> {
    const leave = this.#enter(rows.length, call)
    try {
      const { results, field } = await this.#rows(rows, call)
      return { results, ...provenanceOf(field) }
    } finally {
      leave()
    }
  }

  async columns(columns: Readonly<Record<string, unknown>>, call: Call): Promise<AnsweredColumns> {
    const leave = this.#enter(longestColumn(columns), call)
    try {
      return await this.#columns(columns, call)
    } finally {
      leave()
    }
  }

  /** Refuses with `OVERLOADED`, before they are looked at, rows that would be too many under way. */
  #enter(rows: number, { priority, context }: Call): () => void {
    return this.serving.admission.enter(rows, rankOf(priority, context))
  }

  async #rows(rows: readonly unknown[], call: Call): Promise<RanRows> {
    const asked = this.#ask(rows, call)
    refuseLongList(rows, call.path, this.serving.limits)
    const admitting = this.contract.admitRows(rows, call.path, call.single)
    const { block, results } = admitting instanceof Promise ? await admitting : admitting
    const errors = () => errorsAmong(results)
    const outputsOf = (row: number) => results[row] as Outputs
    const admitted = { block, rows: results.length, errors, outputsOf }
    const started = this.#start(admitted, asked, this.cached)
    const field = this.#end(admitted, asked, started, await started.times)
    sign(results as RanRows['results'], field, started.cached?.hits)
    return { results: results as RanRows['results'], field }
  }

  async #columns(columns: Readonly<Record<string, unknown>>, call: Call): Promise<AnsweredColumns> {
    const asked = this.#ask(columns, call)
    refuseLongColumns(columns, call.path, this.serving.limits)
    const taken = await this.contract.admitColumns(columns, call.path)
    const { block, length, outputs } = taken
    const errors = () => new Map(taken.failed.map(({ row, error }) => [row, error]))
    const outputsOf = (row: number) => columnAt(this.contract.contract, outputs, row)
    const admitted = { block, rows: length, errors, outputsOf }
    const started = this.#start(admitted, asked)
    const field = this.#end(admitted, asked, started, await started.times)
    const { ids, errors: failures } = field
    const predictionIds = failures.size > 0 ? ids.map((id, row) => (failures.has(row) ? null : id)) : ids
    const { failed } = taken
    return { outputs, predictionIds, failed, fallback: fallbackRowsOf(field), ...provenanceOf(field) }
  }

  #ask(inputs: Asked['inputs'], call: Call): Asked {
    const { clock } = this.serving
    return { inputs, call, startedAt: clock.now(), started: clock.monotonic() }
  }

  /** Routes the rows and starts those that passed the check. */
  #start(admitted: Admitted, asked: Asked, remembered?: CachedModel): Started {
    const { model } = this.contract.contract
    const { block, errors } = admitted
    const routes = this.#route(admitted, asked)
    const places = placesOf(admitted)
    if (!block) return { routes, places, times: NOT_RUN }
    const cached = remembered?.rows({ block, places, errors }, asked.call.context.identity.scopes)
    const passage = { model, block, places, errors, routes, options: asked.call, cached }
    return { routes, places, cached, times: runRows(passage, this.serving) }
  }

  /** Tells what became of all rows. */
  #end(admitted: Admitted, asked: Asked, { routes, places }: Started, times: RunTimes): RoutedField {
    const field = this.#field(admitted, asked, { routes, places, errors: admitted.errors() }, times)
    this.#tell(field)
    return field
  }

  /** Rows for which there is no version count as failed, too. */
  #route(admitted: Admitted, asked: Asked): RowRoutes {
    const { at, key } = asked.call
    const { routing } = this.serving
    const { model } = this.contract.contract
    try {
      if (typeof key === 'string' || key.length === 0) return RowRoutes.all(routing.route(model, at, String(key)))
      return RowRoutes.each(key.map((key) => routing.route(model, at, key)))
    } catch (error) {
      if (error instanceof ModelgraphError) {
        const errors = new Map(Array.from({ length: admitted.rows }, (_, row) => [row, error]))
        this.#tell(this.#field(admitted, asked, { routes: undefined, places: undefined, errors }, NOT_RUN))
      }
      throw error
    }
  }

  /** Written in one piece, not put together from parts: every request makes one. */
  #field<Routes extends RowRoutes | undefined>(
    { block, rows, outputsOf }: Admitted,
    { inputs, call, startedAt, started }: Asked,
    { routes, places, errors }: Ended<Routes>,
    { queueMs, runMs }: RunTimes,
  ) {
    const { model } = this.contract.contract
    const ids = idsFor(rows, this.serving.newId)
    return {
      model,
      call,
      inputs,
      rows,
      ids,
      routes,
      errors,
      outputsOf,
      block,
      places,
      startedAt,
      latencyMs: this.serving.clock.monotonic() - started,
      queueMs,
      runMs,
    }
  }

  #tell(field: AnsweredField): void {
    countAnswers(field, this.serving.metrics)
    this.serving.onAnswered?.(field, this.contract)
  }
}

const NOT_RUN: RunTimes = { queueMs: 0, runMs: 0 }

/** What one field asked, and when. */
interface Asked {
  readonly inputs: AnsweredField['inputs']
  readonly call: Call
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** By the monotonic clock. */
  readonly started: number
}

/** Rows that were routed, on their way. */
interface Started {
  /** Changed for rows that the fallback is given. */
  readonly routes: RowRoutes
  readonly places: number[] | undefined
  readonly cached?: CachedRows | undefined
  readonly times: Promise<RunTimes> | RunTimes
}

type Ended<Routes> = Pick<AnsweredField, 'places' | 'errors'> & { readonly routes: Routes }

interface RanRows {
  readonly results: AnsweredRows['results']
  readonly field: RoutedField
}

function idsFor(rows: number, newId: () => string): readonly string[] {
  const ids: string[] = []
  for (let row = 0; row < rows; row++) ids.push(newId())
  return ids
}
