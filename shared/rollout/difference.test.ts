import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OutputDeclaration } from '../contract/declaration.js'
import { differenceOf } from './difference.js'

const OUTPUTS: readonly OutputDeclaration[] = [
  { name: 'score', kind: 'float' },
  { name: 'shares', kind: 'vector', length: 3 },
  { name: 'kind', kind: 'category', categories: ['A', 'B'] },
  { name: 'risky', kind: 'bool' },
]

const row = { score: 0.5, shares: [0.25, 0.25, 0.5], kind: 'A', risky: true }
const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
const rows = fc.record({
  score: number,
  shares: fc.array(number, { minLength: 3, maxLength: 3 }),
  kind: fc.constantFrom('A', 'B'),
  risky: fc.boolean(),
})

describe('the difference of two answers', () => {
  it.each([
    ['the number that is further apart', { ...row, score: 0.75 }, { largest: 0.25, agrees: true }],
    ['elements of vectors, too', { ...row, shares: [0.25, 0.75, 0] }, { largest: 0.5, agrees: true }],
    ['whether the categories agree', { ...row, kind: 'B' }, { largest: 0, agrees: false }],
    ['whether the booleans agree', { ...row, risky: false }, { largest: 0, agrees: false }],
  ])('is %s', (_what, other, expected) => {
    expect(differenceOf(OUTPUTS, row, other)).toEqual(expected)
  })

  it('is nothing between a row and itself, and the same either way', () => {
    fc.assert(
      fc.property(rows, rows, (one, other) => {
        expect(differenceOf(OUTPUTS, one, one)).toEqual({ largest: 0, agrees: true })
        expect(differenceOf(OUTPUTS, one, other)).toEqual(differenceOf(OUTPUTS, other, one))
      }),
    )
  })

  it('leaves out what a contract has not', () => {
    expect(differenceOf(OUTPUTS.slice(0, 1), row, row)).toEqual({ largest: 0, agrees: undefined })
    expect(differenceOf(OUTPUTS.slice(2), row, row)).toEqual({ largest: undefined, agrees: true })
  })
})
