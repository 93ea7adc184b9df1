import type { CompiledContract } from '../../contract/compiled.js'
import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { Engine, Priority } from '../../inference/engine.js'
import type { PredictionMetrics } from '../../telemetry/prediction-metrics.js'
import type { Clock } from '../clock.js'
import type { ModelVersion, Prediction, Route } from '../schema/prediction.js'
import { type RowLimits, refuseLongColumns, refuseLongList } from './limits.js'
import type { Routed, RoutingTable } from './routing-table.js'

/** What predictions stand on. */
export interface Serving {
  readonly engine: Engine
  readonly routing: RoutingTable
  readonly clock: Clock
  readonly newId: () => string
  readonly metrics: PredictionMetrics
  readonly limits: RowLimits
}

/** How one field of a request wants its rows answered. */
export interface Call {
  /** Version number or alias; the champion when absent. */
  readonly at?: string | null | undefined
  /** Milliseconds since the epoch. */
  readonly deadline: number
  readonly priority: Priority
  /** The rows' place in the request, for errors. */
  readonly path: string
  /** True where `path` names the row itself. */
  readonly single?: boolean
}

/** Where answers came from. */
export interface Provenance {
  readonly route: Route
  readonly latencyMs: number
  readonly servedBy: ModelVersion
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
  readonly failed: readonly { readonly row: number; readonly error: ModelgraphError }[]
}

/** Answers the rows of one model: admit them, route them to a version, run them, say where the answers came from. */
export class Predictor {
  constructor(
    private readonly contract: CompiledContract,
    private readonly serving: Serving,
  ) {}

  async rows(rows: readonly unknown[], call: Call): Promise<AnsweredRows> {
    const started = this.serving.clock.monotonic()
    refuseLongList(rows, call.path, this.serving.limits)
    const { block, results } = await this.contract.admitRows(rows, call.path, call.single)
    const routed = this.#route(call, rows.length, started)
    if (block) await this.serving.engine.run(routed.id, block, call)
    const provenance = this.#provenance(routed, started)
    this.#count(routed.version, started, rows.length, results.filter(isError))
    for (const result of results) if (!isError(result)) this.#sign(result as Prediction, provenance)
    return { results: results as AnsweredRows['results'], ...provenance }
  }

  async columns(columns: Readonly<Record<string, unknown>>, call: Call): Promise<AnsweredColumns> {
    const started = this.serving.clock.monotonic()
    refuseLongColumns(columns, call.path, this.serving.limits)
    const admitted = await this.contract.admitColumns(columns, call.path)
    const routed = this.#route(call, admitted.length, started)
    if (admitted.block) await this.serving.engine.run(routed.id, admitted.block, call)
    const { length, outputs, failed } = admitted
    const errors = failed.map(({ error }) => error)
    this.#count(routed.version, started, length, errors)
    return { outputs, failed, predictionIds: this.#idsBut(failed, length), ...this.#provenance(routed, started) }
  }

  /** Rows for which there is no version count as failed, too. */
  #route({ at }: Call, rows: number, started: number): Routed {
    try {
      return this.serving.routing.route(this.contract.contract.model, at)
    } catch (error) {
      if (error instanceof ModelgraphError) this.#count(undefined, started, rows, new Array(rows).fill(error))
      throw error
    }
  }

  #provenance(routed: Routed, started: number): Provenance {
    return { route: routed.route, latencyMs: this.#since(started), servedBy: { id: routed.id } }
  }

  #since(started: number): number {
    return this.serving.clock.monotonic() - started
  }

  #sign(prediction: Prediction, { route, latencyMs, servedBy }: Provenance): void {
    prediction.predictionId = this.serving.newId()
    prediction.route = route
    prediction.latencyMs = latencyMs
    prediction.servedBy = servedBy
  }

  #idsBut(failed: AnsweredColumns['failed'], length: number): (string | null)[] {
    const ids: (string | null)[] = Array.from({ length }, this.serving.newId)
    for (const { row } of failed) ids[row] = null
    return ids
  }

  #count(version: number | undefined, started: number, rows: number, errors: readonly ModelgraphError[]): void {
    const { model } = this.contract.contract
    this.serving.metrics.answered({ model, version, latencyMs: this.#since(started), rows, errors })
  }
}

function isError(result: object): result is ModelgraphError {
  return result instanceof ModelgraphError
}
