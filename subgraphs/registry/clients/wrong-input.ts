import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'

const LONGEST_SHOWN = 80

/** `BAD_USER_INPUT` for the value at a path: what would have been right, and what came. */
export function wrongInput(path: string, expected: string, received: unknown): ModelgraphError {
  const shown = received instanceof Date ? received.toISOString() : (JSON.stringify(received) ?? 'nothing')
  return new ModelgraphError('BAD_USER_INPUT', `${path} is wrong: expected ${expected}.`, {
    path,
    expected,
    received: shown.slice(0, LONGEST_SHOWN),
  })
}
