import type { ModelgraphError } from '../errors/modelgraph-error.js'
import type { Batcher } from './batcher.js'
import { overloaded, tooManyRows } from './refusal.js'
import { expectedWaitMs } from './serving.js'

/** What is told to a caller while the version is being loaded, and its cost unknown. */
const WAIT_FOR_LOAD_MS = 1000

/** Why a block of `rows` rows cannot join the queue now, or ever; undefined when it can. */
export function findRefusal({ options, queue, serving }: Batcher, rows: number): ModelgraphError | undefined {
  const { id, settings } = options
  if (rows > settings.maxQueueRows) return tooManyRows(id, rows, settings.maxQueueRows)
  if (queue.rows + rows <= settings.maxQueueRows) return undefined
  const waitMs = serving === undefined ? WAIT_FOR_LOAD_MS : expectedWaitMs(serving, settings, queue.rows)
  return overloaded(id, settings.maxQueueRows, waitMs)
}
