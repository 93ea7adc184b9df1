import { elementExpectationOf, expectationOf } from '../check/expectation.js'
import { badInput, type Issue, MAX_ISSUES } from '../check/issue.js'
import { describeReceived } from '../check/received.js'
import type { InputLayout, Slot } from '../compile/layout.js'
import type { RowDecoder } from '../compile/row-decoder.js'
import type { AdmittedColumns, CompiledContract } from '../compiled.js'
import type { Contract } from '../declaration.js'
import type { DecodeImage } from '../image/decode.js'
import { type Column, type Columns, readColumns, valuesPerRow } from './column.js'
import { ColumnResults, ColumnsBlock } from './columns-block.js'
import { compileFill, type Fill, fillImputed } from './fill.js'
import { decodeColumn } from './image-column.js'
import { compact, type Staging, stage } from './staging.js'

/** What is wrong with each row that fails. */
type RowIssues = Map<number, Issue[]>

/** Compiles the admission of columns: read as a whole, checked and encoded column by column. */
export function compileColumnAdmission(
  contract: Contract,
  inputs: readonly InputLayout[],
  decode: RowDecoder,
  decodeImage: DecodeImage,
): CompiledContract['admitColumns'] {
  const fills = new Map(inputs.flatMap(({ slots }) => slots).map((slot) => [slot.feature.name, compileFill(slot)]))
  const outputs = contract.output.outputs
  const admit = ({ length, columns }: Columns, failures: RowIssues): AdmittedColumns => {
    const staged = inputs.map((layout) => stageTensor(layout, fills, columns, length, failures))
    return makeBlock(staged, new ColumnResults(length, outputs), failures, decode)
  }
  return (given, path) => {
    const columns = readColumns(contract, given, path)
    const failures: RowIssues = new Map()
    if (!columns.columns.some(({ feature }) => feature.kind === 'image')) return admit(columns, failures)
    return decodeImages(columns, decodeImage, failures).then((decoded) => admit(decoded, failures))
  }
}

async function decodeImages({ length, columns }: Columns, decode: DecodeImage, failures: RowIssues): Promise<Columns> {
  const decoded = columns.map((column) =>
    column.feature.kind === 'image'
      ? decodeColumn(column, decode, (row, issues) => note(failures, row, issues))
      : column,
  )
  return { length, columns: await Promise.all(decoded) }
}

function stageTensor(
  layout: InputLayout,
  fills: ReadonlyMap<string, Fill>,
  columns: readonly Column[],
  rows: number,
  failures: RowIssues,
): Staging {
  const staging = stage(layout, rows)
  for (const slot of layout.slots) {
    const column = columns.find(({ feature }) => feature === slot.feature)!
    const target = { elements: staging.elements, offset: slot.offset, width: layout.width }
    if (!column.values) fillImputed(slot, rows, target)
    else fills.get(slot.feature.name)!(column.values, rows, target, (index) => refuse(slot, column, index, failures))
  }
  return staging
}

/** A value of a vector is one of several a row has in the column. */
function refuse({ feature }: Slot, { path, values }: Column, index: number, failures: RowIssues): void {
  const perRow = valuesPerRow(feature)
  const expected = feature.kind === 'vector' ? elementExpectationOf(feature) : expectationOf(feature)
  const received = describeReceived(values![index], feature.sensitive)
  note(failures, Math.floor(index / perRow), [{ path: `${path}.${index}`, expected, received }])
}

function note(failures: RowIssues, row: number, issues: readonly Issue[]): void {
  const known = failures.get(row)
  if (!known) failures.set(row, [...issues])
  else known.push(...issues.slice(0, MAX_ISSUES - known.length))
}

function makeBlock(
  staged: readonly Staging[],
  results: ColumnResults,
  failures: RowIssues,
  decode: RowDecoder,
): AdmittedColumns {
  const places: number[] = []
  for (let row = 0; row < results.length; row++) if (!failures.has(row)) places.push(row)
  for (const [row, issues] of failures) results.fail(row, badInput(issues))
  if (failures.size > 0) for (const staging of staged) compact(staging, places)
  if (places.length > 0) results.block = new ColumnsBlock(staged, places, results, decode)
  return results
}
