import type { CompiledContract } from '../../contract/compiled.js'
import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { Engine } from '../../inference/engine.js'
import { placeOf } from '../../rollout/cohort.js'
import { differenceOf } from '../../rollout/difference.js'
import type { ShadowPolicy } from '../../rollout/policy.js'
import type { ShadowMetrics, ShadowVersion } from '../../telemetry/shadow-metrics.js'
import { SelectedRows } from '../../tensor/selected-rows.js'
import type { AnsweredField } from './answered-field.js'
import type { RoutingTable } from './routing-table.js'

export interface ShadowsOptions {
  readonly engine: Engine
  readonly routing: RoutingTable
  readonly metrics: ShadowMetrics
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Calls back in a later turn of the event loop, when answers have left. */
  readonly schedule: (turn: () => void) => void
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
    { block, places, outputsOf }: AnsweredField,
    contract: CompiledContract,
  ): Promise<void> {
    const { engine, metrics, now } = this.options
    const replay = contract.replay(new SelectedRows(block!, rows))
    const id = `${shadow.model}@${shadow.version}`
    await engine.run(id, replay.block, { deadline: now() + PATIENCE_MS, priority: 'batch' })
    for (const [index, row] of rows.entries()) {
      const result = replay.results[index]!
      if (result instanceof ModelgraphError) {
        metrics.missed(shadow, outcomeOf(result), 1)
        continue
      }
      const answer = outputsOf(places ? places[row]! : row)
      const { largest, agrees } = differenceOf(contract.contract.output.outputs, answer, result)
      metrics.compared(shadow, largest, agrees)
    }
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

function outcomeOf({ code }: ModelgraphError): string {
  return code === 'OVERLOADED' || code === 'DEADLINE_EXCEEDED' ? 'dropped' : code
}
