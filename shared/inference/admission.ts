import type { ModelgraphError } from '../errors/modelgraph-error.js'
import type { Batcher } from './batcher.js'
import type { RunOptions } from './engine.js'
import type { ResolvedSettings } from './options.js'
import { overloaded, tooManyRows, waitTooLong } from './refusal.js'
import { expectedWaitMs, runLimit, type Serving } from './serving.js'
import type { Slice } from './ticket.js'

/** What is told to a caller while the version is being loaded, and its cost unknown. */
const WAIT_FOR_LOAD_MS = 1000

/** Why a block of `rows` rows cannot join the queue now, or ever; undefined when it can. */
export function findRefusal(batcher: Batcher, rows: number, asked: RunOptions): ModelgraphError | undefined {
  const { options, queue, serving } = batcher
  const { id, settings } = options
  if (rows > settings.maxQueueRows) return tooManyRows(id, rows, settings.maxQueueRows)
  if (queue.rows + rows <= settings.maxQueueRows) return refusalByWait(batcher, rows, asked)
  const waitMs = serving === undefined ? WAIT_FOR_LOAD_MS : expectedWaitMs(serving, settings, queue.rows)
  return overloaded(id, settings.maxQueueRows, waitMs)
}

function refusalByWait(batcher: Batcher, rows: number, asked: RunOptions): ModelgraphError | undefined {
  const { options, queue, serving, congestion } = batcher
  const { id, settings, clock } = options
  if (serving === undefined || settings.maxWaitMs === Infinity) return undefined
  const limit = runLimit(serving, settings)
  const wait = waitOf(serving, settings, queue.ahead(rows, limit, asked.priority), Math.ceil(rows / limit))
  // Critical rows pass by the queue, and see nothing of it.
  if (asked.priority !== 'critical') congestion.note(wait.perRunMs, clock.monotonic())
  return congestion.stands && isTooLong(wait, settings, asked) ? waitTooLong(id, wait.ms) : undefined
}

/** Blocks that are refused together. */
export interface Refused {
  readonly slices: readonly Slice[]
  readonly error: ModelgraphError
}

/**
 * Takes out of a queue that begins to stand the blocks that would be refused if they came now. They have waited the least;
 * those before them are answered all the sooner.
 */
export function takeUnworthy({ options, queue, serving }: Batcher): Refused | undefined {
  if (serving === undefined) return undefined
  const { id, settings } = options
  const error = waitTooLong(id, expectedWaitMs(serving, settings, queue.rows))
  const limit = runLimit(serving, settings)
  // Of a longer block, this much goes before the block behind it, which then takes its turn.
  const share = Math.max(1, limit >> 1)
  let ahead = 0
  const slices = queue.extract((ticket) => {
    const wait = waitOf(serving, settings, ahead, Math.ceil(ticket.waiting / limit))
    const isUnworthy = ticket.next === 0 && isTooLong(wait, settings, ticket.options)
    if (!isUnworthy) ahead += Math.min(ticket.waiting, share)
    return isUnworthy
  })
  return { slices, error }
}

interface Wait {
  readonly ms: number
  /** For each run that the block takes: one of several is worth waiting for longer. */
  readonly perRunMs: number
}

/** Of a block of so many runs, behind so many rows. */
function waitOf(serving: Serving, settings: ResolvedSettings, ahead: number, runs: number): Wait {
  const ms = ahead === 0 ? 0 : expectedWaitMs(serving, settings, ahead)
  return { ms, perRunMs: ms / runs }
}

function isTooLong({ perRunMs }: Wait, { maxWaitMs }: ResolvedSettings, { waitShare = 1 }: RunOptions): boolean {
  return perRunMs > waitShare * maxWaitMs
}
