import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Contract } from '../../../shared/contract/declaration.js'
import { CONTRACT } from '../testing/payment-risk.js'
import { findDeviations } from './golden-rows.js'

const contract: Contract = {
  ...CONTRACT,
  output: {
    type: 'Reading',
    outputs: [
      { name: 'value', kind: 'float', tensor: 'value' },
      { name: 'probabilities', kind: 'vector', length: 2, tensor: 'probabilities' },
      { name: 'label', kind: 'category', categories: ['LOW', 'HIGH'], tensor: 'label' },
      { name: 'urgent', kind: 'bool', derived: 'a value above 10' },
    ],
  },
}

function deviations(expected: object, came: object): readonly string[] {
  return findDeviations(contract, [{ input: {}, output: expected as Record<string, unknown> }], [came])
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })

describe('golden rows', () => {
  it('hold to 1e-5, relative to values beyond 1', () => {
    fc.assert(
      fc.property(finite, fc.double({ min: -0.9, max: 0.9, noNaN: true }), (value, part) => {
        const tolerance = 1e-5 * Math.max(1, Math.abs(value))
        expect(deviations({ value }, { value: value + part * tolerance })).toEqual([])
        expect(deviations({ value }, { value: value + 1.1 * tolerance })).toHaveLength(1)
      }),
    )
  })

  it('compare vectors by element and everything else as it is', () => {
    expect(deviations({ probabilities: [0.25, 0.75] }, { probabilities: Float32Array.of(0.25, 0.75) })).toEqual([])
    expect(deviations({ probabilities: [0.25, 0.75] }, { probabilities: [0.25] })).toHaveLength(1)
    expect(deviations({ label: 'LOW' }, { label: 'HIGH' })).toEqual([
      'card.goldenRows.0.output.label: the card says "LOW", the artifact answers "HIGH"',
    ])
    expect(deviations({ value: 1 }, { value: null })).toHaveLength(1)
  })

  it("leave out what only the team's code derives, and nothing else", () => {
    expect(deviations({ urgent: true }, {})).toEqual([])
    expect(deviations({ colour: 'red' }, {})).toEqual([
      'card.goldenRows.0.output.colour: the contract has no such output',
    ])
  })

  it('that the contract refuses say why', () => {
    const rows = [{ input: {}, output: { value: 1 } }]
    expect(findDeviations(contract, rows, [new Error('amount is missing')])).toEqual([
      'card.goldenRows.0: amount is missing',
    ])
  })
})
