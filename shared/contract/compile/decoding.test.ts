import { describe, expect, it } from 'vitest'
import type { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { TensorData, TensorSet } from '../../tensor/row-block.js'
import type { AdmittedColumns, AdmittedRows } from '../compiled.js'
import type { Contract, OutputDeclaration } from '../declaration.js'
import type { Derive } from '../declare/declared.js'
import { compileContract } from './compile-contract.js'

class Answer {}

function contractWith(outputs: readonly OutputDeclaration[]): Contract {
  const feature = { name: 'x', kind: 'float', example: 0, tensor: 'features' } as const
  return {
    format: 1,
    model: 'some-model',
    description: '',
    responseTimeMs: 1,
    input: { type: 'Row', features: [feature] },
    output: { type: 'Answer', outputs },
  }
}

/** What clients get for the rows of some tensors, by rows and, in the same order, by columns. */
function decode(
  outputs: readonly OutputDeclaration[],
  tensors: TensorSet,
  rows: number,
  derive: Readonly<Record<string, Derive>> = {},
) {
  const contract = contractWith(outputs)
  const definition = { contract, input: Answer, output: Answer, derive: new Map(Object.entries(derive)) }
  const compiled = compileContract(definition)
  const byRows = compiled.admitRows(new Array(rows).fill({ x: 1 }), 'inputs') as AdmittedRows
  byRows.block!.decode(0, rows, tensors, 0)
  const byColumns = compiled.admitColumns({ x: new Array(rows).fill(1) }, 'input') as AdmittedColumns
  byColumns.block!.decode(0, rows, tensors, 0)
  return { results: byRows.results as (ModelgraphError & Record<string, unknown>)[], columns: byColumns }
}

function floats(values: readonly number[], width = 1): TensorData {
  return { datatype: 'float32', shape: [values.length / width, width], data: Float32Array.from(values) }
}

function integers(values: readonly bigint[]): TensorData {
  return { datatype: 'int64', shape: [values.length], data: BigInt64Array.from(values) }
}

const probability: OutputDeclaration = { name: 'probability', kind: 'float', min: 0, max: 1, tensor: 'p', column: 1 }
const digit: OutputDeclaration = { name: 'digit', kind: 'int', min: 0, max: 9, tensor: 'digit' }

describe('decoding', () => {
  it('refuses what is not finite or out of range, row by row, in rows and in columns', () => {
    const tensors = { p: floats([0, 0.25, 0, Number.NaN, 0, Number.POSITIVE_INFINITY, 0, 1.5, 0, 0.75], 2) }
    const { results, columns } = decode([probability], tensors, 5)

    expect(results[0]!.probability).toBe(0.25)
    expect(results.slice(1, 4).map(({ code }) => code)).toEqual(new Array(3).fill('INVALID_PREDICTION'))
    expect(results[1]!.message).toBe('some-model answered NaN for probability; its contract says a number from 0 to 1.')
    expect(results[3]!.details).toEqual({
      output: 'probability',
      expected: 'a number from 0 to 1',
      received: '1.5',
    })
    expect(columns.outputs.probability).toEqual([0.25, null, null, null, 0.75])
    expect(columns.failed.map(({ row, error }) => [row, error.code])).toEqual(
      [1, 2, 3].map((row) => [row, 'INVALID_PREDICTION']),
    )
  })

  it('answers the bound for what float32 rounding carries past it, and no more than that', () => {
    const { results } = decode([probability], { p: floats([0, 1 + 2 ** -22, 0, -(2 ** -22), 0, 1.0001], 2) }, 3)
    expect(results.map((result) => result.probability ?? result.code)).toEqual([1, 0, 'INVALID_PREDICTION'])
  })

  it('reads int64 exactly and refuses what is no whole number of the range', () => {
    const wide: OutputDeclaration = { name: 'id', kind: 'float', tensor: 'id', max: 2 ** 53, min: -(2 ** 53) }
    const ids = integers([-1n, 2n ** 40n + 1n, -(2n ** 40n) - 1n])
    expect(decode([wide], { id: ids }, 3).results.map(({ id }) => id)).toEqual([-1, 2 ** 40 + 1, -(2 ** 40) - 1])
    expect(decode([digit], { digit: integers([9n, 10n]) }, 2).results.map((row) => row.digit ?? row.code)).toEqual([
      9,
      'INVALID_PREDICTION',
    ])
    expect(decode([digit], { digit: floats([3, 3.5]) }, 2).results.map((row) => row.digit ?? row.code)).toEqual([
      3,
      'INVALID_PREDICTION',
    ])
  })

  it('answers a category by its code or its name, and refuses one it does not know', () => {
    const label: OutputDeclaration = { name: 'label', kind: 'category', categories: ['NO', 'YES'], tensor: 'label' }
    const told = (tensor: TensorData, rows: number) =>
      decode([label], { label: tensor }, rows).results.map((result) => result.label ?? result.details.received)
    expect(told(integers([1n, 0n, 2n, -1n]), 4)).toEqual(['YES', 'NO', '2', '-1'])
    expect(told({ datatype: 'string', shape: [2], data: ['YES', 'MAYBE'] }, 2)).toEqual(['YES', '"MAYBE"'])
  })

  it('answers truth values and texts', () => {
    const fraud: OutputDeclaration = { name: 'fraud', kind: 'bool', tensor: 'fraud' }
    const text: OutputDeclaration = { name: 'text', kind: 'string', tensor: 'text' }
    const tensors: TensorSet = {
      fraud: { datatype: 'bool', shape: [2], data: Uint8Array.from([1, 0]) },
      text: { datatype: 'string', shape: [2, 1], data: ['a', 'b'] },
    }
    const { results } = decode([fraud, text], tensors, 2)
    expect(results).toEqual([
      { fraud: true, text: 'a' },
      { fraud: false, text: 'b' },
    ])
  })

  it('answers a vector as an array, in columns row after row, and names the element it refuses', () => {
    const odds: OutputDeclaration = { name: 'odds', kind: 'vector', length: 2, tensor: 'odds', column: 1, max: 1 }
    const tensors = { odds: floats([9, 0.5, 0.25, 9, 0.5, Number.NaN, 9, 0, 1], 3) }
    const { results, columns } = decode([odds], tensors, 3)
    expect(results[0]!.odds).toEqual([0.5, 0.25])
    expect(results[1]!.details).toMatchObject({ output: 'odds', received: 'NaN at 1' })
    expect(columns.outputs.odds).toEqual([0.5, 0.25, null, null, 0, 1])
  })

  it('refuses a tensor that is narrower than the contract or missing', () => {
    expect(decode([probability], { p: floats([1, 1]) }, 2).results.map(({ code }) => code)).toEqual([
      'INVALID_PREDICTION',
      'INVALID_PREDICTION',
    ])
    expect(decode([digit], {}, 1).results[0]!.code).toBe('INVALID_PREDICTION')
  })

  it('computes derived outputs from those before them and checks them alike', () => {
    const twice: OutputDeclaration = { name: 'twice', kind: 'float', max: 10, derived: 'the digit twice' }
    const even: OutputDeclaration = { name: 'even', kind: 'bool', derived: 'of twice' }
    const derive = { twice: (row: Record<string, unknown>) => (row.digit as number) * 2, even: isEven }
    const { results, columns } = decode([digit, twice, even], { digit: integers([2n, 9n]) }, 2, derive)
    expect(results[0]).toEqual({ digit: 2, twice: 4, even: true })
    expect(results[1]!.details).toMatchObject({ output: 'twice', received: '18' })
    expect(columns.outputs).toEqual({ digit: [2, null], twice: [4, null], even: [true, null] })

    const broken = { twice: () => Number.NaN, even: isEven }
    expect(decode([digit, twice, even], { digit: integers([1n]) }, 1, broken).results[0]!.details.received).toBe('NaN')
  })

  it('turns an exception of the code that derives into an error of the row, its cause kept for the log', () => {
    const cause = new Error('secret')
    const derived: OutputDeclaration = { name: 'risk', kind: 'float', derived: 'by chance' }
    const { results } = decode([digit, derived], { digit: integers([1n]) }, 1, {
      risk: () => {
        throw cause
      },
    })
    expect(results[0]!.message).toBe('some-model answered an error for risk; its contract says a number.')
    expect(results[0]!.originalError).toBe(cause)
  })

  it('answers plain objects without the outputs it has no code for when the contract came as JSON', () => {
    const derived: OutputDeclaration = { name: 'risk', kind: 'float', derived: 'by chance' }
    const compiled = compileContract(contractWith([digit, derived]))
    const { block, results } = compiled.admitRows([{ x: 1 }], 'inputs') as AdmittedRows
    block!.decode(0, 1, { digit: integers([7n]) }, 0)
    expect(results).toEqual([{ digit: 7 }])
  })
})

function isEven(row: Readonly<Record<string, unknown>>): boolean {
  return (row.twice as number) % 2 === 0
}
