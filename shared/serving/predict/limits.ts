import { ModelgraphError } from '../../errors/modelgraph-error.js'

/** Rows that one field of a request may ask for. */
export interface RowLimits {
  /** In a typed list: every value of every row is an input field of its own to GraphQL. */
  readonly rows: number
  /** In columns. */
  readonly columnRows: number
}

/** Refuses a longer list with `BAD_USER_INPUT`, saying which form takes more. */
export function refuseLongList(rows: readonly unknown[], path: string, limits: RowLimits): void {
  if (rows.length <= limits.rows) return
  const hint = `Ask for up to ${count(limits.columnRows)} rows by columns instead.`
  throw tooMany(rows.length, limits.rows, path, hint)
}

/** Refuses longer columns with `BAD_USER_INPUT`. */
export function refuseLongColumns(columns: Readonly<Record<string, unknown>>, path: string, limits: RowLimits): void {
  for (const [name, column] of Object.entries(columns)) {
    const length = lengthOf(column)
    if (length > limits.columnRows) {
      throw tooMany(length, limits.columnRows, `${path}.${name}`, 'Split them over several requests.')
    }
  }
}

/** Values of the longest column. */
export function longestColumn(columns: Readonly<Record<string, unknown>>): number {
  let longest = 0
  for (const name in columns) longest = Math.max(longest, lengthOf(columns[name]))
  return longest
}

function tooMany(rows: number, limit: number, path: string, hint: string): ModelgraphError {
  const message = `${path} holds ${count(rows)} rows; at most ${count(limit)} are answered at once. ${hint}`
  return new ModelgraphError('BAD_USER_INPUT', message, {
    path,
    expected: `at most ${count(limit)} rows`,
    received: `${count(rows)} rows`,
  })
}

function lengthOf(column: unknown): number {
  return typeof column === 'object' && column !== null && 'length' in column ? Number(column.length) : 0
}

function count(rows: number): string {
  return rows.toLocaleString('en-US')
}
