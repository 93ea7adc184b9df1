import type { ModelgraphError } from '../errors/modelgraph-error.js'
import type { Batcher } from './batcher.js'
import type { RunOptions } from './engine.js'
import { overloaded, tooManyRows, waitTooLong } from './refusal.js'
import { expectedWaitMs, runLimit } from './serving.js'

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

/** A block that takes several runs is worth waiting for longer. */
function refusalByWait(
  batcher: Batcher,
  rows: number,
  { priority, waitShare = 1 }: RunOptions,
): ModelgraphError | undefined {
  const { options, queue, serving, congestion } = batcher
  const { id, settings, clock } = options
  if (serving === undefined || settings.maxWaitMs === Infinity) return undefined
  const limit = runLimit(serving, settings)
  const ahead = queue.ahead(rows, limit, priority)
  const waitMs = ahead === 0 ? 0 : expectedWaitMs(serving, settings, ahead)
  const runWaitMs = waitMs / Math.ceil(rows / limit)
  // Critical rows pass by the queue, and see nothing of it.
  if (priority !== 'critical') congestion.note(runWaitMs, clock.monotonic())
  const tooLong = congestion.stands && runWaitMs > waitShare * settings.maxWaitMs
  return tooLong ? waitTooLong(id, waitMs) : undefined
}
