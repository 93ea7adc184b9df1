import { describe, expect, it } from 'vitest'
import type { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { AdmittedRows } from '../compiled.js'
import { EXAMPLE, fraudDetector } from '../fixtures/payment.js'
import { compileContract } from './compile-contract.js'

const compiled = compileContract(fraudDetector)

function errorOf(row: unknown): ModelgraphError {
  const { block, results } = compiled.admitRows([row], 'input', true) as AdmittedRows
  expect(block).toBeUndefined()
  return results[0] as ModelgraphError
}

describe('admitRows', () => {
  it('names the place of a single row without a number', () => {
    expect(errorOf({ ...EXAMPLE, amount: '7' }).message).toBe('input.amount: expected a number ≥ 0 EUR, received "7".')
  })

  it('tells all that is wrong with a row in one error, at most ten', () => {
    const error = errorOf({ ...EXAMPLE, amount: -1, merchantKind: 'BAKERY', colour: 'red' })
    expect(error.message).toBe('input.amount: expected a number ≥ 0 EUR, received -1 (and 2 more issues).')
    expect(error.details.issues).toEqual([
      { path: 'input.amount', expected: 'a number ≥ 0 EUR', received: '-1' },
      { path: 'input.merchantKind', expected: 'one of GROCERY, TRAVEL, GAMBLING', received: '"BAKERY"' },
      { path: 'input.colour', expected: expect.stringContaining('a feature of Payment'), received: 'an unknown field' },
    ])
    const unknown = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`extra${index}`, index]))
    expect(errorOf({ ...EXAMPLE, ...unknown }).details.issues).toHaveLength(10)
  })

  it.each([null, undefined, 'a row', 7, [], [EXAMPLE]])(
    'refuses %j, which is no row, and shows nothing sensitive of it',
    (row) => {
      expect(errorOf(row).details).toMatchObject({ path: 'input', expected: 'an object with the features of Payment' })
      expect(errorOf(row).message).not.toContain('a row')
    },
  )

  it('never repeats a sensitive value, nor that of a field it does not know', () => {
    const error = errorOf({ ...EXAMPLE, age: 'secret', agee: 'secret' })
    expect(JSON.stringify(error)).not.toContain('secret')
    expect(error.details.received).toBe('[redacted]')
  })

  it('takes a row whose optional features are left out, null or undefined', () => {
    const { accountAge: _, ...without } = EXAMPLE
    const rows = [without, { ...EXAMPLE, accountAge: null }, { ...EXAMPLE, accountAge: undefined, extra: undefined }]
    const { results, block } = compiled.admitRows(rows, 'inputs') as AdmittedRows
    expect(block!.length).toBe(2)
    expect((results[2] as ModelgraphError).details.path).toBe('inputs.2.extra')
  })

  it('puts results and failures of the engine in their places', () => {
    const rows = [EXAMPLE, 'no row', EXAMPLE]
    const { results, block } = compiled.admitRows(rows, 'inputs') as AdmittedRows
    const overloaded = errorOf(null)
    block!.fail(0, 2, overloaded)
    expect(results.map((result) => result === overloaded)).toEqual([true, false, true])
  })

  it('has no block for no rows', () => {
    expect(compiled.admitRows([], 'inputs')).toEqual({ block: undefined, results: [] })
  })
})

describe('compileContract', () => {
  it('generates source from nothing that parseContract refuses', () => {
    const { contract } = fraudDetector
    const [amount, ...others] = contract.input.features
    const evil = { ...amount!, min: '0) throw new Error("injected"); (' as unknown as number }
    const forged = { ...contract, input: { ...contract.input, features: [evil, ...others] } }
    expect(() => compileContract(forged)).toThrow('contract.input.features.0.min: expected number')
    expect(() => compileContract({ ...fraudDetector, contract: forged })).toThrow('contract.input.features.0.min')
  })
})

describe('exampleBlock', () => {
  it('repeats the example row', async () => {
    const { block, results } = await compiled.exampleBlock(7)
    expect(block!.length).toBe(7)
    expect(results).toHaveLength(7)
  })
})
