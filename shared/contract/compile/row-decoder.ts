import { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { TensorSet } from '../../tensor/row-block.js'
import { expectationOf } from '../check/expectation.js'
import { describeReceived } from '../check/received.js'
import type { Contract, OutputDeclaration } from '../declaration.js'
import type { Derive } from '../declare/declared.js'
import { type OutputElements, openElements } from './output-elements.js'
import { derivedReader, type OutputReader, outputReader } from './output-reader.js'

export type MutableRow = Record<string, unknown>

/** Where the results of decoded rows go. */
export interface RowSink {
  /** An empty result for one row. */
  create(): MutableRow
  /** A row's result: the row created for it, or the error it ended in. */
  settle(row: number, result: MutableRow | ModelgraphError): void
}

/** Reads the results of rows `from` to `to`, the first of them at row `at` of the tensors. Never throws for a row. */
export type RowDecoder = (from: number, to: number, outputs: TensorSet, at: number, sink: RowSink) => void

interface TensorOutput {
  readonly output: OutputDeclaration
  readonly tensor: number
  readonly column: number
  readonly read: OutputReader
}

interface DerivedOutput {
  readonly output: OutputDeclaration
  readonly derive: Derive
  readonly read: (value: unknown) => unknown
}

/** Compiles the reading of a contract's outputs. An output that is derived by code the contract came without is left out. */
export function compileRowDecoder(contract: Contract, derive: ReadonlyMap<string, Derive>): RowDecoder {
  const declared = contract.output.outputs
  const tensors = [...new Set(declared.flatMap(({ tensor }) => tensor ?? []))]
  const fromTensors = declared.flatMap((output) => tensorOutput(output, tensors))
  const derived = declared.flatMap((output) => derivedOutput(output, derive))
  return (from, to, outputs, at, sink) => {
    const opened = tensors.map((name) => openElements(outputs, name, at, to - from))
    for (let row = from; row < to; row++) {
      const result = sink.create()
      const error =
        readTensors(contract.model, fromTensors, opened, row - from, result) ??
        computeDerived(contract.model, derived, result)
      sink.settle(row, error ?? result)
    }
  }
}

function tensorOutput(output: OutputDeclaration, tensors: readonly string[]): readonly TensorOutput[] {
  if (output.tensor === undefined) return []
  return [{ output, tensor: tensors.indexOf(output.tensor), column: output.column ?? 0, read: outputReader(output) }]
}

function derivedOutput(output: OutputDeclaration, derive: ReadonlyMap<string, Derive>): readonly DerivedOutput[] {
  const compute = derive.get(output.name)
  return compute ? [{ output, derive: compute, read: derivedReader(output) }] : []
}

function readTensors(
  model: string,
  fromTensors: readonly TensorOutput[],
  opened: readonly OutputElements[],
  row: number,
  result: MutableRow,
): ModelgraphError | undefined {
  for (const { output, tensor, column, read } of fromTensors) {
    const { elements, first, width } = opened[tensor]!
    const at = first + row * width + column
    const value = column + (output.length ?? 1) <= width ? read(elements, at) : undefined
    if (value === undefined) return invalidPrediction(model, output, answerOf(output, elements, at))
    result[output.name] = value
  }
  return undefined
}

function computeDerived(
  model: string,
  derived: readonly DerivedOutput[],
  result: MutableRow,
): ModelgraphError | undefined {
  for (const { output, derive, read } of derived) {
    let computed: unknown
    try {
      computed = derive(result)
    } catch (cause) {
      return invalidPrediction(model, output, 'an error', cause)
    }
    const value = read(computed)
    if (value === undefined) return invalidPrediction(model, output, describeReceived(computed))
    result[output.name] = value
  }
  return undefined
}

/** What the model answered; of a vector, the first element that is not allowed. */
function answerOf(output: OutputDeclaration, elements: ArrayLike<unknown>, at: number): string {
  if (output.kind !== 'vector') return describeReceived(elements[at])
  const read = outputReader({ ...output, length: 1 })
  const wrong = Array.from({ length: output.length! }, (_, index) => index).find(
    (index) => read(elements, at + index) === undefined,
  )
  return `${describeReceived(elements[at + (wrong ?? 0)])} at ${wrong ?? 0}`
}

function invalidPrediction(
  model: string,
  output: OutputDeclaration,
  received: string,
  cause?: unknown,
): ModelgraphError {
  const expected = expectationOf(output)
  const message = `${model} answered ${received} for ${output.name}; its contract says ${expected}.`
  return new ModelgraphError('INVALID_PREDICTION', message, { output: output.name, expected, received }, cause)
}
