import type { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { RowBlock, TensorElements, TensorSet } from '../../tensor/row-block.js'
import type { MutableRow, RowDecoder, RowSink } from '../compile/row-decoder.js'
import type { AdmittedColumns } from '../compiled.js'
import type { OutputDeclaration } from '../declaration.js'
import type { Staging } from './staging.js'

/** The answers to columns: a vector per output, null where a row failed. */
export class ColumnResults implements AdmittedColumns {
  readonly length: number
  readonly outputs: Readonly<Record<string, unknown[]>>
  block: RowBlock | undefined
  readonly #declared: readonly OutputDeclaration[]
  readonly #errors = new Map<number, ModelgraphError>()

  constructor(length: number, declared: readonly OutputDeclaration[]) {
    this.length = length
    this.#declared = declared
    this.outputs = Object.fromEntries(
      declared.map((output) => [output.name, new Array<unknown>(length * (output.length ?? 1)).fill(null)]),
    )
  }

  get failed(): readonly { readonly row: number; readonly error: ModelgraphError }[] {
    return [...this.#errors].sort(([a], [b]) => a - b).map(([row, error]) => ({ row, error }))
  }

  fail(row: number, error: ModelgraphError): void {
    this.#errors.set(row, error)
  }

  /** A row that failed before, by another version, has failed no more. */
  succeed(row: number, result: MutableRow): void {
    if (this.#errors.size > 0) this.#errors.delete(row)
    for (const { name, length } of this.#declared) {
      const value = result[name]
      if (length === undefined) this.outputs[name]![row] = value
      else
        for (let index = 0; index < length; index++)
          this.outputs[name]![row * length + index] = (value as unknown[])[index]
    }
  }
}

/** Rows that were checked and encoded by columns, waiting for the engine. */
export class ColumnsBlock implements RowBlock, RowSink {
  readonly length: number
  readonly #staged: readonly Staging[]
  readonly #places: readonly number[]
  readonly #results: ColumnResults
  readonly #decode: RowDecoder

  /** `places` holds the row of the request for each staged row. */
  constructor(staged: readonly Staging[], places: readonly number[], results: ColumnResults, decode: RowDecoder) {
    this.length = places.length
    this.#staged = staged
    this.#places = places
    this.#results = results
    this.#decode = decode
  }

  encode(from: number, to: number, into: TensorSet, at: number): void {
    for (const { layout, elements } of this.#staged) {
      copyRows(elements, from * layout.width, to * layout.width, into[layout.name]!.data, at * layout.width)
    }
  }

  decode(from: number, to: number, outputs: TensorSet, at: number): void {
    this.#decode(from, to, outputs, at, this)
  }

  fail(from: number, to: number, error: ModelgraphError): void {
    for (let row = from; row < to; row++) this.#results.fail(this.#places[row]!, error)
  }

  create(): MutableRow {
    return {}
  }

  settle(row: number, result: MutableRow | ModelgraphError): void {
    const place = this.#places[row]!
    if (result instanceof Error) this.#results.fail(place, result as ModelgraphError)
    else this.#results.succeed(place, result)
  }
}

function copyRows(elements: Float64Array | string[], from: number, to: number, data: TensorElements, at: number): void {
  if (Array.isArray(elements)) {
    for (let index = from; index < to; index++) (data as string[])[at + index - from] = elements[index]!
  } else if (data instanceof BigInt64Array) {
    copyAsWords(elements, from, to, new Int32Array(data.buffer, data.byteOffset, data.length * 2), at)
  } else {
    ;(data as Float32Array).set(elements.subarray(from, to), at)
  }
}

/** 64-bit integers as pairs of 32-bit words, low word first. */
function copyAsWords(elements: Float64Array, from: number, to: number, words: Int32Array, at: number): void {
  for (let index = from; index < to; index++) {
    const value = elements[index]!
    const word = 2 * (at + index - from)
    words[word] = value
    words[word + 1] = value < 0 ? -1 : 0
  }
}
