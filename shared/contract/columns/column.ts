import { isWhole } from '../check/bounds.js'
import { expectationOf } from '../check/expectation.js'
import { badInput, type Issue, MAX_ISSUES } from '../check/issue.js'
import { describeReceived, shorten } from '../check/received.js'
import type { Contract, FeatureDeclaration } from '../declaration.js'
import { decodeLittleEndian, type LittleEndianType } from '../scalars/little-endian.js'

/** One feature of many rows. */
export interface Column {
  readonly feature: FeatureDeclaration
  readonly path: string
  /** Undefined where an optional feature was left out for all rows. */
  readonly values: ArrayLike<unknown> | undefined
}

export interface Columns {
  readonly length: number
  readonly columns: readonly Column[]
}

/**
 * Reads the columns of a request: one for each feature, all for the same number of rows. Throws one `BAD_USER_INPUT` for
 * all that is wrong with them as a whole: missing, unknown, unreadable, of another length.
 */
export function readColumns(contract: Contract, given: Readonly<Record<string, unknown>>, path: string): Columns {
  const issues: Issue[] = unknownColumns(contract, given, path)
  const columns = contract.input.features.map((feature) => {
    const values = readColumn(feature, given[feature.name])
    if (values === 'unreadable') issues.push(unreadable(feature, given[feature.name], `${path}.${feature.name}`))
    return { feature, path: `${path}.${feature.name}`, values: values === 'unreadable' ? undefined : values }
  })
  const length = rowsOf(columns)
  issues.push(...columns.flatMap((column) => lengthIssue(column, length)))
  if (issues.length > 0) throw badInput(issues.slice(0, MAX_ISSUES))
  return { length, columns }
}

/** Values that one row takes in the column of a feature: a vector's run row by row in one flat column. */
export function valuesPerRow(feature: FeatureDeclaration): number {
  return feature.kind === 'vector' ? feature.length! : 1
}

/** The base64 layout of a feature's column; undefined where there is none. */
export function littleEndianType(feature: Pick<FeatureDeclaration, 'kind' | 'datatype'>): LittleEndianType | undefined {
  if (feature.kind === 'bool') return 'uint8'
  if (feature.kind === 'int' || (feature.kind === 'vector' && isWhole(feature as FeatureDeclaration))) return 'int32'
  return feature.kind === 'float' || feature.kind === 'vector' ? 'float32' : undefined
}

function readColumn(feature: FeatureDeclaration, value: unknown): ArrayLike<unknown> | undefined | 'unreadable' {
  if ((value === undefined || value === null) && feature.optional) return undefined
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    return value as ArrayLike<unknown>
  }
  const type = littleEndianType(feature)
  if (typeof value !== 'string' || !type) return 'unreadable'
  return decodeLittleEndian(value, type) ?? 'unreadable'
}

/** The first column says how many rows there are. */
function rowsOf(columns: readonly Column[]): number {
  const first = columns.find(({ values }) => values !== undefined)
  return first ? Math.floor(first.values!.length / valuesPerRow(first.feature)) : 0
}

function lengthIssue({ feature, path, values }: Column, rows: number): readonly Issue[] {
  const expected = rows * valuesPerRow(feature)
  if (values === undefined || values.length === expected) return []
  return [{ path, expected: `${expected} values, for ${rows} rows`, received: `${values.length} values` }]
}

function unreadable(feature: FeatureDeclaration, value: unknown, path: string): Issue {
  const type = littleEndianType(feature)
  const base64 = type ? `, or base64 of little-endian ${type}` : ''
  const expected = `an array with ${expectationOf(feature)} for each row${base64}`
  return { path, expected, received: describeReceived(value, feature.sensitive) }
}

function unknownColumns(contract: Contract, given: Readonly<Record<string, unknown>>, path: string): Issue[] {
  const names = new Set(contract.input.features.map(({ name }) => name))
  return Object.keys(given)
    .filter((name) => !names.has(name))
    .map((name) => ({
      path: `${path}.${shorten(name)}`,
      expected: `a feature of ${contract.input.type} (${shorten([...names].join(', '))})`,
      received: 'an unknown field',
    }))
}
