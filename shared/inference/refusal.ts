import { ModelgraphError } from '../errors/modelgraph-error.js'

/** Why rows of a version were not answered: one sentence each, with what to do about it. */

export function notReady(id: string): ModelgraphError {
  return new ModelgraphError('VERSION_NOT_READY', `Version ${id} is not loaded here.`, { version: id })
}

export function overloaded(id: string, maxQueueRows: number, retryAfterMs: number): ModelgraphError {
  return new ModelgraphError(
    'OVERLOADED',
    `The queue of ${id} is full (${maxQueueRows} rows); come back in ${retryAfterMs} ms.`,
    { version: id, retryAfterMs },
  )
}

export function waitTooLong(id: string, waitMs: number): ModelgraphError {
  return new ModelgraphError(
    'OVERLOADED',
    `Rows wait for ${id} for ${waitMs} ms, which is longer than they are worth; come back in ${waitMs} ms.`,
    { version: id, retryAfterMs: waitMs },
  )
}

export function tooManyRows(id: string, rows: number, maxQueueRows: number): ModelgraphError {
  return new ModelgraphError('BAD_USER_INPUT', `${rows} rows at once are more than the queue of ${id} can ever hold.`, {
    expected: `at most ${maxQueueRows} rows at once`,
    received: String(rows),
    version: id,
  })
}

export function deadlinePassed(id: string): ModelgraphError {
  return new ModelgraphError('DEADLINE_EXCEEDED', `The deadline passed while the row waited for ${id}.`, {
    version: id,
  })
}

/** The cause is for the log. */
export function inferenceFailed(id: string, cause: unknown): ModelgraphError {
  return new ModelgraphError('INFERENCE_FAILED', `${id} failed on this row.`, { version: id }, cause)
}
