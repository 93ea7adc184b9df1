import type { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { ErrorCode } from '../../errors/table.js'
import type { Engine, RunOptions, RunTimes } from '../../inference/engine.js'
import type { RowBlock } from '../../tensor/row-block.js'
import { SelectedRows } from '../../tensor/selected-rows.js'
import type { CachedRows } from '../cache/cached-model.js'
import type { Routed, RoutingTable } from './routing-table.js'
import type { RowRoutes } from './row-routes.js'

/** Rows that passed the check, and where they go. */
export interface Passage {
  readonly model: string
  readonly block: RowBlock
  /** The row of the request behind each row of the block; undefined where they are the same. */
  readonly places: readonly number[] | undefined
  /** The errors so far, by row of the request. */
  readonly errors: () => ReadonlyMap<number, ModelgraphError>
  /** Changed for rows that the fallback is given. */
  readonly routes: RowRoutes
  readonly options: RunOptions
  /** Where the model's answers are remembered. */
  readonly cached?: CachedRows | undefined
}

/** What rows are run by. */
export interface Runners {
  readonly engine: Engine
  readonly routing: RoutingTable
}

/** Faults of a version, not of the row or of the moment: the fallback may do better. */
const FAULTS: ReadonlySet<ErrorCode> = new Set(['VERSION_NOT_READY', 'INFERENCE_FAILED', 'INVALID_PREDICTION'])

/**
 * Runs every row by the version it is routed to. A row that a rollout gave to a version which failed it is run once more,
 * by the fallback; its error is gone when that one answers it, and is the fallback's own otherwise. Tells the times of
 * the rows that ended last.
 */
export function runRows(passage: Passage, runners: Runners): Promise<RunTimes> {
  if (passage.routes.isOne) return runGroup(passage.routes.first, undefined, passage, runners)
  return runGroups(passage, runners)
}

async function runGroups(passage: Passage, runners: Runners): Promise<RunTimes> {
  const groups = groupRows(passage)
  const times = await Promise.all([...groups].map(([routed, rows]) => runGroup(routed, rows, passage, runners)))
  return times.reduce((latest, each) => (wholeOf(each) > wholeOf(latest) ? each : latest))
}

function wholeOf({ queueMs, runMs }: RunTimes): number {
  return queueMs + runMs
}

/** Rows of the block by where they go. */
function groupRows({ block, places, routes }: Passage): ReadonlyMap<Routed, number[]> {
  const groups = new Map<Routed, number[]>()
  for (let row = 0; row < block.length; row++) {
    const routed = routes.of(places ? places[row]! : row)
    const group = groups.get(routed)
    if (group) group.push(row)
    else groups.set(routed, [row])
  }
  return groups
}

async function runGroup(
  routed: Routed,
  rows: readonly number[] | undefined,
  passage: Passage,
  runners: Runners,
): Promise<RunTimes> {
  const times = await attempt(routed, rows, passage, runners)
  const faults = faultsOf(routed, rows, passage, runners)
  if (faults.length === 0) return times
  const again = await fallBack(routed, faults, passage, runners)
  return again ? { queueMs: times.queueMs + again.queueMs, runMs: times.runMs + again.runMs } : times
}

interface Fault {
  /** Of the block. */
  readonly row: number
  readonly code: ErrorCode
}

const NOT_RUN: RunTimes = { queueMs: 0, runMs: 0 }

/** Runs rows of the block, all when `rows` is undefined. */
function attempt(
  routed: Routed,
  rows: readonly number[] | undefined,
  passage: Passage,
  { engine, routing }: Runners,
): Promise<RunTimes> | RunTimes {
  const { block, options, cached } = passage
  const chosen = rows ? new SelectedRows(block, rows) : block
  if (routed.refusal) {
    chosen.fail(0, chosen.length, routed.refusal)
    return NOT_RUN
  }
  if (routed.revision !== undefined) routing.breakers.attempted(routed.id)
  return cached ? cached.run(routed.id, rows, options) : engine.run(routed.id, chosen, options)
}

/** The rows of an attempt that the version failed. One that is refused, or that no rollout chose, fails none. */
function faultsOf(
  routed: Routed,
  rows: readonly number[] | undefined,
  passage: Passage,
  { routing }: Runners,
): readonly Fault[] {
  if (routed.refusal || routed.revision === undefined) return NO_FAULTS
  const { faults, failed } = outcomeOf(rows, passage)
  routing.breakers.ended(routed.id, failed)
  return faults
}

interface Outcome {
  readonly faults: readonly Fault[]
  /** True where the version failed a row; rows that did not get as far as the version are left out. */
  readonly failed: readonly boolean[]
}

const NO_FAULTS: readonly Fault[] = []
const ALL_GOOD: Outcome = { faults: NO_FAULTS, failed: [false] }

function outcomeOf(rows: readonly number[] | undefined, { block, places, errors }: Passage): Outcome {
  const known = errors()
  if (known.size === 0) return ALL_GOOD
  const faults: Fault[] = []
  const failed: boolean[] = []
  for (let index = 0; index < (rows?.length ?? block.length); index++) {
    const row = rows ? rows[index]! : index
    const code = known.get(places ? places[row]! : row)?.code
    const isFault = code !== undefined && FAULTS.has(code)
    if (isFault) faults.push({ row, code })
    if (isFault || code === undefined) failed.push(isFault)
  }
  return { faults, failed }
}

/** Tells nothing where there is no fallback. */
async function fallBack(
  failed: Routed,
  faults: readonly Fault[],
  passage: Passage,
  runners: Runners,
): Promise<RunTimes | undefined> {
  const { model, places, routes } = passage
  const byCode = new Map<ErrorCode, Routed>()
  let fallback: Routed | undefined
  for (const { row, code } of faults) {
    fallback = byCode.get(code) ?? runners.routing.fallback(model, failed, code)
    if (!fallback) return undefined
    byCode.set(code, fallback)
    routes.set(places ? places[row]! : row, fallback)
  }
  const rows = faults.map(({ row }) => row)
  const times = await attempt(fallback!, rows, passage, runners)
  faultsOf(fallback!, rows, passage, runners)
  return times
}
