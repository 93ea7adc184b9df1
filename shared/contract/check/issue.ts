import { ModelgraphError } from '../../errors/modelgraph-error.js'

/** One thing wrong with a row: where, what would have been right, what came. */
export interface Issue {
  readonly path: string
  readonly expected: string
  readonly received: string
}

/** Issues that one error lists at most. */
export const MAX_ISSUES = 10

/** All that is wrong with one row as one `BAD_USER_INPUT`; the first issue is its path, expectation and value. */
export function badInput(issues: readonly Issue[], cause?: unknown): ModelgraphError {
  const [first] = issues
  const { path, expected, received } = first!
  const others = issues.length - 1
  const more = others === 0 ? '' : ` (and ${others === 1 ? '1 more issue' : `${others} more issues`})`
  const message = `${path}: expected ${expected}, received ${received}${more}.`
  return new ModelgraphError('BAD_USER_INPUT', message, { path, expected, received, issues }, cause)
}
