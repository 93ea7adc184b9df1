import type { CompiledContract } from '../../contract/compiled.js'
import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { Engine, RunTimes } from '../../inference/engine.js'
import type { PredictionMetrics } from '../../telemetry/prediction-metrics.js'
import type { RowBlock } from '../../tensor/row-block.js'
import type { Clock } from '../clock.js'
import type { Admission } from '../load/admission.js'
import type { Prediction } from '../schema/prediction.js'
import type { AnsweredField, Outputs } from './answered-field.js'
import type { Call } from './call.js'
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
  ) {}

  rows(rows: readonly unknown[], call: Call): Promise<AnsweredRows> {
    return this.#admitted(rows.length, call, () => this.#rows(rows, call))
  }

  columns(columns: Readonly<Record<string, unknown>>, call: Call): Promise<AnsweredColumns> {
    return this.#admitted(longestColumn(columns), call, () => this.#columns(columns, call))
  }

  /** Refuses with `OVERLOADED`, before they are looked at, rows that would be too many under way. */
  async #admitted<T>(rows: number, { priority, context }: Call, answer: () => Promise<T>): Promise<T> {
    const rank = priority === 'batch' ? 'BATCH' : (context.identity.criticality ?? 'INTERNAL')
    const leave = this.serving.admission.enter(rows, rank)
    try {
      return await answer()
    } finally {
      leave()
    }
  }

  async #rows(rows: readonly unknown[], call: Call): Promise<AnsweredRows> {
    const asked = this.#ask(rows, call)
    refuseLongList(rows, call.path, this.serving.limits)
    const { block, results } = await this.contract.admitRows(rows, call.path, call.single)
    const errors = () => errorsAmong(results)
    const outputsOf = (row: number) => results[row] as Outputs
    const field = await this.#answer({ block, rows: results.length, errors, outputsOf }, asked)
    sign(results as AnsweredRows['results'], field)
    return { results: results as AnsweredRows['results'], ...provenanceOf(field) }
  }

  async #columns(columns: Readonly<Record<string, unknown>>, call: Call): Promise<AnsweredColumns> {
    const asked = this.#ask(columns, call)
    refuseLongColumns(columns, call.path, this.serving.limits)
    const admitted = await this.contract.admitColumns(columns, call.path)
    const { block, length, outputs } = admitted
    const errors = () => new Map(admitted.failed.map(({ row, error }) => [row, error]))
    const outputsOf = (row: number) => columnAt(this.contract.contract, outputs, row)
    const field = await this.#answer({ block, rows: length, errors, outputsOf }, asked)
    const predictionIds = field.ids.map((id, row) => (field.errors.has(row) ? null : id))
    const { failed } = admitted
    return { outputs, predictionIds, failed, fallback: fallbackRowsOf(field), ...provenanceOf(field) }
  }

  #ask(inputs: Asked['inputs'], call: Call): Asked {
    const { clock } = this.serving
    return { inputs, call, startedAt: clock.now(), started: clock.monotonic() }
  }

  /** Routes and runs the rows that passed the check, and tells what became of all. */
  async #answer(admitted: Admitted, asked: Asked): Promise<RoutedField> {
    const { model } = this.contract.contract
    const { block, rows, errors } = admitted
    const places = block && block.length < rows ? placesBut(errors(), rows) : undefined
    const routes = this.#route(admitted, asked)
    const passage = block && { model, block, places, errors, routes, options: asked.call }
    const times = passage ? await runRows(passage, this.serving) : NOT_RUN
    const field = { ...this.#field(admitted, asked, times), routes, places, errors: errors() }
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
        this.#tell({ ...this.#field(admitted, asked, NOT_RUN), routes: undefined, places: undefined, errors })
      }
      throw error
    }
  }

  #field(
    { block, rows, outputsOf }: Admitted,
    { inputs, call, startedAt, started }: Asked,
    { queueMs, runMs }: RunTimes,
  ) {
    const { model } = this.contract.contract
    const ids = Array.from({ length: rows }, this.serving.newId)
    const latencyMs = this.serving.clock.monotonic() - started
    return { model, call, inputs, rows, ids, outputsOf, block, startedAt, latencyMs, queueMs, runMs }
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

/** Rows after the check, in either form. */
interface Admitted {
  readonly block: RowBlock | undefined
  /** Rows asked. */
  readonly rows: number
  /** The errors so far. */
  readonly errors: () => ReadonlyMap<number, ModelgraphError>
  readonly outputsOf: (row: number) => Outputs
}

function errorsAmong(results: readonly object[]): ReadonlyMap<number, ModelgraphError> {
  const errors = new Map<number, ModelgraphError>()
  for (const [row, result] of results.entries()) if (result instanceof ModelgraphError) errors.set(row, result)
  return errors
}

function placesBut(refused: ReadonlyMap<number, unknown>, rows: number): number[] {
  return Array.from({ length: rows }, (_, row) => row).filter((row) => !refused.has(row))
}
