import type { ModelgraphError } from '../../errors/modelgraph-error.js'
import { badInput } from '../check/issue.js'
import { findRowIssues } from '../check/row-issues.js'
import type { AdmittedRows } from '../compiled.js'
import type { Contract } from '../declaration.js'
import type { Row, RowCheck } from './row-check.js'
import { type RowCodec, RowsBlock } from './rows-block.js'

/** Rows after the check: those that passed, their places, and the errors of those that didn't in theirs. */
export interface CheckedRows {
  readonly rows: readonly Row[]
  readonly places: readonly number[]
  readonly results: (object | ModelgraphError)[]
}

/** Checks rows one by one; a row that fails only fails itself. */
export function checkRows(
  contract: Contract,
  check: RowCheck,
  rows: readonly unknown[],
  pathOf: (place: number) => string,
): CheckedRows {
  const passed: Row[] = []
  const places: number[] = []
  const results = new Array<object | ModelgraphError>(rows.length)
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place]
    const issues = check(row) ? [] : findRowIssues(contract, row, pathOf(place))
    if (issues.length > 0) {
      results[place] = badInput(issues)
      continue
    }
    passed.push(row as Row)
    places.push(place)
  }
  return { rows: passed, places, results }
}

/** Makes a block of the rows that passed. */
export function admit(codec: RowCodec, { rows, places, results }: CheckedRows): AdmittedRows {
  if (rows.length === 0) return { block: undefined, results }
  const moved = rows.length < results.length ? places : undefined
  return { block: new RowsBlock(codec, rows, results, moved), results }
}
