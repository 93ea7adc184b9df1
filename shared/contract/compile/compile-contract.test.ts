import { describe, expect, it } from 'vitest'
import type { ModelgraphError } from '../../errors/modelgraph-error.js'
import type { AdmittedRows } from '../compiled.js'
import { EXAMPLE, FraudScore, fraudDetector } from '../fixtures/payment.js'
import { allot, answers } from '../fixtures/tensors.js'
import { compileContract } from './compile-contract.js'

const compiled = compileContract(fraudDetector)

function admit(rows: readonly unknown[]): AdmittedRows {
  return compiled.admitRows(rows, 'inputs') as AdmittedRows
}

describe('compileContract', () => {
  it('encodes a row into the columns of its tensor, in the order declared', () => {
    const { block } = admit([EXAMPLE, { ...EXAMPLE, accountAge: null, income: undefined }])
    const into = allot(compiled.inputs, 3)
    block!.encode(0, 2, into, 1)

    const { data } = into.features!
    const dirty = new Array(12).fill(-7)
    const first = [42.5, 1, 0, 1, 3, 1, 0.25, -0.5, 1, 12, 2_500, 40]
    const second = [42.5, 1, 0, 1, 3, 1, 0.25, -0.5, 1, 30, Number.NaN, 40]
    expect([...(data as Float32Array)]).toEqual([...dirty, ...first, ...second])
  })

  it('answers instances of the output class, derived outputs included, in the order asked', () => {
    const { block, results } = admit([EXAMPLE, { ...EXAMPLE, amount: -3 }, EXAMPLE])
    block!.decode(0, 2, answers([0.25, 0.75]), 0)

    expect(results[0]).toBeInstanceOf(FraudScore)
    expect(results[0]).toEqual({
      probability: 0.25,
      label: 'GENUINE',
      probabilities: [0.75, 0.25],
      decision: 'APPROVE',
    })
    expect((results[1] as ModelgraphError).details).toMatchObject({
      path: 'inputs.1.amount',
      expected: 'a number ≥ 0 EUR',
      received: '-3',
    })
    expect(results[2]).toMatchObject({ probability: 0.75, label: 'FRAUD', decision: 'DECLINE' })
  })
})
