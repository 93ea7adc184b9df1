import type { TensorSet } from '../tensor/row-block.js'
import type { InputPool } from './input-pool.js'
import { findForeignShape, repeatFirstRow } from './tensor-set.js'
import { blockFault, decodeSlice, failSlice, type RunEnd, type Slice } from './ticket.js'

/** The rows of one run, encoded. */
export interface Batch {
  /** In the order of their rows in the tensors. */
  readonly slices: readonly Slice[]
  readonly rows: number
  /** Rows of the tensors, of which `rows` are asked for. */
  readonly runRows: number
  readonly inputs: TensorSet
  /** When the first of them was queued, by the monotonic clock. */
  readonly oldest: number
}

/** Encodes the slices into one set of tensors; undefined when no row is left. A block that throws fails alone. */
export function closeBatch(
  slices: readonly Slice[],
  pool: InputPool,
  fixedRows: number | undefined,
): Batch | undefined {
  const wanted = countRows(slices)
  if (wanted === 0) return undefined
  const inputs = pool.lend(fixedRows ?? wanted)
  const encoded = encodeSlices(slices, inputs)
  const rows = encoded.length === slices.length ? wanted : countRows(encoded)
  if (rows === 0) {
    pool.give(inputs)
    return undefined
  }
  if (fixedRows !== undefined) repeatFirstRow(inputs, rows, fixedRows)
  return { slices: encoded, rows, runRows: fixedRows ?? rows, inputs, oldest: firstArrival(encoded) }
}

/** Hands every row its part of the outputs; tells instead what is wrong when they do not hold one entry per row. */
export function endBatch(batch: Batch, outputs: TensorSet, end: RunEnd): string | undefined {
  const foreign = findForeignShape(outputs, batch.runRows)
  if (foreign !== undefined) return foreign
  let at = 0
  for (const slice of batch.slices) {
    slice.ticket.time(end)
    decodeSlice(slice, outputs, at)
    at += slice.to - slice.from
  }
  return undefined
}

function firstArrival(slices: readonly Slice[]): number {
  let first = Number.POSITIVE_INFINITY
  for (const { ticket } of slices) if (ticket.enqueuedAt < first) first = ticket.enqueuedAt
  return first
}

function countRows(slices: readonly Slice[]): number {
  let rows = 0
  for (const { from, to } of slices) rows += to - from
  return rows
}

/** Encodes one slice after the other; returns those that could be. */
function encodeSlices(slices: readonly Slice[], inputs: TensorSet): Slice[] {
  const encoded: Slice[] = []
  let at = 0
  for (const slice of slices) {
    if (!encodeSlice(slice, inputs, at)) continue
    encoded.push(slice)
    at += slice.to - slice.from
  }
  return encoded
}

function encodeSlice(slice: Slice, inputs: TensorSet, at: number): boolean {
  try {
    slice.ticket.block.encode(slice.from, slice.to, inputs, at)
    return true
  } catch (cause) {
    failSlice(slice, blockFault('written to the input tensors', cause))
    return false
  }
}
