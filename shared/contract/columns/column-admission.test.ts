import { describe, expect, it } from 'vitest'
import type { ModelgraphError } from '../../errors/modelgraph-error.js'
import { ModelgraphError as ModelgraphFailure } from '../../errors/modelgraph-error.js'
import { compileContract } from '../compile/compile-contract.js'
import type { AdmittedColumns } from '../compiled.js'
import { EXAMPLE, fraudDetector } from '../fixtures/payment.js'
import { allot, answers } from '../fixtures/tensors.js'

const compiled = compileContract(fraudDetector)

/** Columns of `rows` payments, some replaced. */
function columns(rows: number, replaced: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const entries = Object.entries(EXAMPLE).map(([name, value]) => [
    name,
    Array.from({ length: rows }, () => value).flat(),
  ])
  return { ...Object.fromEntries(entries), ...replaced }
}

function admit(given: Readonly<Record<string, unknown>>): AdmittedColumns {
  return compiled.admitColumns(given, 'input') as AdmittedColumns
}

function encoded(given: Readonly<Record<string, unknown>>): number[] {
  const { block } = admit(given)
  const into = allot(compiled.inputs, block!.length)
  block!.encode(0, block!.length, into, 0)
  return [...(into.features!.data as Float32Array)]
}

function errorOf(given: Readonly<Record<string, unknown>>): ModelgraphError {
  try {
    admit(given)
  } catch (error) {
    return error as ModelgraphError
  }
  throw new Error('The columns were admitted.')
}

function packed(values: Float32Array | Int32Array | Uint8Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')
}

describe('admitColumns', () => {
  it('answers in vectors with the failed rows listed', () => {
    const admitted = admit(columns(4, { amount: [1, -2, Number.NaN, '4'], age: [40, 40, 40, 40] }))
    expect(admitted.block!.length).toBe(1)
    admitted.block!.decode(0, 1, answers([0.75]), 0)

    expect(admitted.length).toBe(4)
    expect(admitted.outputs).toEqual({
      probability: [0.75, null, null, null],
      label: ['FRAUD', null, null, null],
      probabilities: [0.25, 0.75, null, null, null, null, null, null],
      decision: ['DECLINE', null, null, null],
    })
    expect(admitted.failed.map(({ row, error }) => [row, error.message])).toEqual([
      [1, 'input.amount.1: expected a number ≥ 0 EUR, received -2.'],
      [2, 'input.amount.2: expected a number ≥ 0 EUR, received NaN.'],
      [3, 'input.amount.3: expected a number ≥ 0 EUR, received "4".'],
    ])
  })

  it('lists the rows that failed in the engine or in decoding, in order', () => {
    const admitted = admit(columns(4, { amount: [1, 2, -3, 4] }))
    admitted.block!.decode(2, 3, answers([Number.NaN]), 0)
    admitted.block!.fail(0, 1, new ModelgraphFailure('OVERLOADED', 'The queue is full.'))
    admitted.block!.decode(1, 2, answers([0.5]), 0)
    expect(admitted.failed.map(({ row, error }) => [row, error.code])).toEqual([
      [0, 'OVERLOADED'],
      [2, 'BAD_USER_INPUT'],
      [3, 'INVALID_PREDICTION'],
    ])
    expect(admitted.outputs.probability).toEqual([null, 0.5, null, null])
  })

  it('collects everything that is wrong with one row in its error', () => {
    const { failed } = admit(columns(2, { amount: [-1, 1], age: [7, 40], embedding: [2, 0, 3, 0, 0, 0] }))
    expect(failed).toHaveLength(1)
    expect(failed[0]!.error.details.issues).toEqual([
      { path: 'input.amount.0', expected: 'a number ≥ 0 EUR', received: '-1' },
      { path: 'input.embedding.0', expected: 'a number from -1 to 1', received: '2' },
      { path: 'input.embedding.2', expected: 'a number from -1 to 1', received: '3' },
      { path: 'input.age.0', expected: 'a number from 18 to 120', received: '[redacted]' },
    ])
  })

  it('takes base64 of little-endian values for numbers, vectors and truth values', () => {
    const given = columns(2, {
      amount: packed(Float32Array.of(1.5, 2.5)),
      paymentsToday: packed(Int32Array.of(3, 4)),
      abroad: packed(Uint8Array.of(1, 0)),
      embedding: packed(Float32Array.of(0, 0.25, 0.5, 0.75, 1, -1)),
    })
    const plain = columns(2, {
      amount: [1.5, 2.5],
      paymentsToday: [3, 4],
      abroad: [true, false],
      embedding: [0, 0.25, 0.5, 0.75, 1, -1],
    })
    expect(encoded(given)).toEqual(encoded(plain))
  })

  it('lets a packed value meet its bound as float32 has it, and reads NaN as missing where a value may be', () => {
    const given = columns(2, {
      embedding: packed(Float32Array.of(-1, 0, 1, -1, 0, 1)),
      income: packed(Float32Array.of(7, Number.NaN)),
      accountAge: packed(Float32Array.of(Number.NaN, 5)),
      age: packed(Float32Array.of(Number.NaN, 18)),
    })
    const { failed, block } = admit(given)
    expect(failed.map(({ row, error }) => [row, error.details.path])).toEqual([[0, 'input.age.0']])
    const into = allot(compiled.inputs, 1)
    block!.encode(0, 1, into, 0)
    expect([...(into.features!.data as Float32Array)].slice(9)).toEqual([5, Number.NaN, 18])
  })

  it('imputes an optional column that was left out or null', () => {
    const { accountAge: _, ...without } = columns(2, { income: null })
    expect(encoded(without).filter((_, index) => index % 12 === 9 || index % 12 === 10)).toEqual([
      30,
      Number.NaN,
      30,
      Number.NaN,
    ])
  })

  it.each<[Readonly<Record<string, unknown>>, string, string, string]>([
    [
      { amount: undefined },
      'input.amount',
      'an array with a number ≥ 0 EUR for each row, or base64 of little-endian float32',
      'nothing',
    ],
    [{ amount: [1] }, 'input.merchantKind', '1 values, for 1 rows', '2 values'],
    [{ embedding: [0, 0, 0] }, 'input.embedding', '6 values, for 2 rows', '3 values'],
    [
      { amount: 'AAA' },
      'input.amount',
      'an array with a number ≥ 0 EUR for each row, or base64 of little-endian float32',
      '"AAA"',
    ],
    [
      { amount: 'AAAA' },
      'input.amount',
      'an array with a number ≥ 0 EUR for each row, or base64 of little-endian float32',
      '"AAAA"',
    ],
    [
      { merchantKind: 'AAAA' },
      'input.merchantKind',
      'an array with one of GROCERY, TRAVEL, GAMBLING for each row',
      '"AAAA"',
    ],
    [
      { age: 7 },
      'input.age',
      'an array with a number from 18 to 120 for each row, or base64 of little-endian float32',
      '[redacted]',
    ],
    [
      { colour: [1, 2] },
      'input.colour',
      expect.stringMatching(/^a feature of Payment \(amount, .*…\)$/),
      'an unknown field',
    ],
  ])('%#: refuses columns that are wrong as a whole', (replaced, path, expected, received) => {
    expect(errorOf(columns(2, replaced))).toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { path, expected, received },
    })
  })

  it('admits no rows at all', () => {
    const { length, block, failed, outputs } = admit(columns(0))
    expect({ length, block, failed }).toEqual({ length: 0, block: undefined, failed: [] })
    expect(outputs.probability).toEqual([])
  })

  it('has no block when every row failed', () => {
    const { block, failed } = admit(columns(2, { amount: [-1, -1] }))
    expect(block).toBeUndefined()
    expect(failed).toHaveLength(2)
  })
})
