import type { CompiledContract } from '../../contract/compiled.js'
import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { Engine, RunTimes } from '../../inference/engine.js'
import { placeOf } from '../../rollout/cohort.js'
import { differenceOf } from '../../rollout/difference.js'
import type { ShadowPolicy } from '../../rollout/policy.js'
import type { ShadowMetrics, ShadowVersion } from '../../telemetry/shadow-metrics.js'
import { SelectedRows } from '../../tensor/selected-rows.js'
import type { AnsweredField, Outputs } from './answered-field.js'
import { WAIT_SHARES } from './call.js'
import type { RoutingTable } from './routing-table.js'

export interface ShadowsOptions {
  readonly engine: Engine
  readonly routing: RoutingTable
  readonly metrics: ShadowMetrics
  /** Told of rows once a shadow has run them; may not throw. */
  readonly onShadowed: (rows: ShadowedRows) => void
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Calls back in a later turn of the event loop, when answers have left. */
  readonly schedule: (turn: () => void) => void
}

/** Rows of a field that a shadow ran, those that it had no room or time for left out. */
export interface ShadowedRows {
  readonly field: AnsweredField
  /** The shadow's. */
  readonly version: number
  /** Of the rows, in the field. */
  readonly places: readonly number[]
  /** One for each place. */
  readonly results: readonly (Outputs | ModelgraphError)[]
  readonly times: RunTimes
}

/** Rows that shadows run on at a time, at most. */
const MOST_ROWS = 2_000
/** Where a version has more rows than this waiting, shadows stand back. */
const PRESSURE_ROWS = 500
/** A comparison that has not come after this time is dropped, in milliseconds. */
const PATIENCE_MS = 5_000

/**
 * Runs the shadow versions of a rollout on a sample of the rows that it routed, after their answer and at batch priority,
 * and records how far they are from it. Nobody waits for them; under pressure they are dropped, and counted.
 */
export class Shadows {
  #rows = 0

  constructor(private readonly options: ShadowsOptions) {}

  /** Takes note of a field that was answered. Never throws, and leaves the work for later. */
  follow(field: AnsweredField, contract: CompiledContract): void {
    const shadows = this.options.routing.of(field.model)?.policy?.shadows
    if (!shadows || shadows.length === 0 || !field.block) return
    this.options.schedule(() => {
      for (const shadow of shadows) void this.#run(shadow, field, contract)
    })
  }

  async #run(shadow: ShadowPolicy, field: AnsweredField, contract: CompiledContract): Promise<void> {
    const { metrics } = this.options
    const named = { model: field.model, version: shadow.version }
    const sampled = sample(shadow, field)
    if (sampled.length === 0) return
    const rows = sampled.slice(0, this.#room())
    if (rows.length < sampled.length) metrics.missed(named, 'dropped', sampled.length - rows.length)
    if (rows.length === 0) return
    this.#rows += rows.length
    await this.#compare(named, rows, field, contract).catch(() => {
      metrics.missed(named, 'INTERNAL_SERVER_ERROR', rows.length)
    })
    this.#rows -= rows.length
  }

  #room(): number {
    const isBusy = this.options.engine.status().some(({ queuedRows }) => queuedRows > PRESSURE_ROWS)
    return isBusy ? 0 : Math.max(0, MOST_ROWS - this.#rows)
  }

  async #compare(
    shadow: ShadowVersion,
    rows: readonly number[],
    field: AnsweredField,
    contract: CompiledContract,
  ): Promise<void> {
    const { engine, now } = this.options
    const { block, places } = field
    const replay = contract.replay(new SelectedRows(block!, rows))
    const id = `${shadow.model}@${shadow.version}`
    const waitShare = WAIT_SHARES.BATCH
    const times = await engine.run(id, replay.block, { deadline: now() + PATIENCE_MS, priority: 'batch', waitShare })
    const asked = places ? rows.map((row) => places[row]!) : rows
    for (const [index, place] of asked.entries()) this.#measure(shadow, replay.results[index]!, field, place, contract)
    const ran = asked
      .map((place, index) => [place, replay.results[index]!] as const)
      .filter(([, result]) => wasRun(result))
    const results = ran.map(([, result]) => result)
    this.options.onShadowed({ field, version: shadow.version, places: ran.map(([place]) => place), results, times })
  }

  #measure(
    shadow: ShadowVersion,
    result: Outputs | ModelgraphError,
    { outputsOf }: AnsweredField,
    place: number,
    { contract }: CompiledContract,
  ): void {
    const { metrics } = this.options
    if (result instanceof ModelgraphError) {
      metrics.missed(shadow, isDropped(result) ? 'dropped' : result.code, 1)
      return
    }
    const { largest, agrees } = differenceOf(contract.output.outputs, outputsOf(place), result)
    metrics.compared(shadow, largest, agrees)
  }
}

/**
 * The rows of the block that a shadow runs on: those that a rollout routed and some version answered, by the place of their
 * prediction's id, so that the sample is the same on every replica and can be told from the log.
 */
function sample({ version, sample }: ShadowPolicy, { block, places, routes, errors, ids }: AnsweredField): number[] {
  const rows: number[] = []
  for (let row = 0; row < block!.length; row++) {
    const place = places ? places[row]! : row
    const routed = routes?.of(place)
    if (routed?.revision === undefined || routed.version === version || errors.has(place)) continue
    if (placeOf(`shadow ${version}`, ids[place]!) < sample) rows.push(row)
  }
  return rows
}

function isDropped(result: Outputs | ModelgraphError): boolean {
  return result instanceof ModelgraphError && (result.code === 'OVERLOADED' || result.code === 'DEADLINE_EXCEEDED')
}

/** Whether the version answered or failed the row itself. */
function wasRun(result: Outputs | ModelgraphError): boolean {
  return !isDropped(result) && !(result instanceof ModelgraphError && result.code === 'VERSION_NOT_READY')
}
