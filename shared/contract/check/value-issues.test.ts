import { describe, expect, it } from 'vitest'
import type { FeatureDeclaration } from '../declaration.js'
import { findValueIssues } from './value-issues.js'

const NAMED = { name: 'x', tensor: 'features' }
const amount: FeatureDeclaration = { ...NAMED, kind: 'float', min: 0, unit: 'EUR', example: 1 }
const hour: FeatureDeclaration = { ...NAMED, kind: 'int', min: 0, max: 23, example: 1 }
const plain: FeatureDeclaration = { ...NAMED, kind: 'float', example: 1 }
const kind: FeatureDeclaration = { ...NAMED, kind: 'category', categories: ['GROCERY', 'TRAVEL'], example: 'TRAVEL' }
const flag: FeatureDeclaration = { ...NAMED, kind: 'bool', example: true }
const note: FeatureDeclaration = { ...NAMED, kind: 'string', maxLength: 3, example: '' }
const vector: FeatureDeclaration = { ...NAMED, kind: 'vector', length: 2, max: 1, example: [0, 0] }
const labels: FeatureDeclaration = { ...NAMED, kind: 'vector', length: 2, datatype: 'int64', example: [0, 0] }
const picture: FeatureDeclaration = {
  ...NAMED,
  kind: 'image',
  image: { width: 2, height: 1, channels: 1, scale: 16 },
  example: [0, 0],
}

describe('findValueIssues', () => {
  it.each<[FeatureDeclaration, unknown, string, string, string]>([
    [amount, undefined, 'x', 'a number ≥ 0 EUR', 'nothing'],
    [amount, null, 'x', 'a number ≥ 0 EUR', 'nothing'],
    [amount, '42', 'x', 'a number ≥ 0 EUR', '"42"'],
    [amount, -0.01, 'x', 'a number ≥ 0 EUR', '-0.01'],
    [amount, Number.NaN, 'x', 'a number ≥ 0 EUR', 'NaN'],
    [amount, Number.parseFloat('1e400'), 'x', 'a number ≥ 0 EUR', 'Infinity'],
    [amount, { toString: () => 'secret' }, 'x', 'a number ≥ 0 EUR', 'an object'],
    [amount, 7n, 'x', 'a number ≥ 0 EUR', '7'],
    [plain, 1e39, 'x', 'a number', '1e+39'],
    [hour, 24, 'x', 'a whole number from 0 to 23', '24'],
    [hour, 1.5, 'x', 'a whole number from 0 to 23', '1.5'],
    [kind, 'GAMBLING', 'x', 'one of GROCERY, TRAVEL', '"GAMBLING"'],
    [kind, 'toString', 'x', 'one of GROCERY, TRAVEL', '"toString"'],
    [flag, 1, 'x', 'true or false', '1'],
    [note, 'four', 'x', 'a text of at most 3 characters', '"four"'],
    [vector, [0], 'x', '2 numbers ≤ 1', '1 values'],
    [vector, [0, 1, 2], 'x', '2 numbers ≤ 1', '3 values'],
    [vector, [0, 2], 'x.1', 'a number ≤ 1', '2'],
    [vector, [null, 0], 'x.0', 'a number ≤ 1', 'nothing'],
    [labels, [1, 0.5], 'x.1', 'a whole number', '0.5'],
    [picture, [0, 17], 'x.1', 'a number from 0 to 16', '17'],
    [picture, 7, 'x', 'a PNG or JPEG in base64, or 2 numbers from 0 to 16', '7'],
  ])('%#: tells path, expectation and value', (feature, value, path, expected, received) => {
    expect(findValueIssues(feature, value, 'x')).toEqual([{ path, expected, received }])
  })

  it.each<[FeatureDeclaration, unknown]>([
    [amount, 0],
    [hour, 23],
    [kind, 'GROCERY'],
    [flag, false],
    [note, 'abc'],
    [vector, [-1e38, 1]],
    [labels, [1, -1]],
    [picture, [0, 16]],
    [{ ...amount, optional: { impute: 1 } }, null],
  ])('%#: finds nothing wrong with a value that fits', (feature, value) => {
    expect(findValueIssues(feature, value, 'x')).toEqual([])
  })

  it('tells every element of a vector that is wrong', () => {
    expect(findValueIssues(vector, [2, 3], 'x').map(({ path }) => path)).toEqual(['x.0', 'x.1'])
  })

  it('shortens what came to 80 characters, on one line', () => {
    const [issue] = findValueIssues(note, `two\nlines ${'x'.repeat(5_000)}`, 'x')
    expect(issue!.received).toHaveLength(83)
    expect(issue!.received).toMatch(/^"two\\nlines x+…"$/)
  })

  it('never shows the value of a sensitive feature', () => {
    const secret = { ...note, sensitive: true }
    expect(findValueIssues(secret, 'hunter2', 'x')[0]).toMatchObject({ received: '[redacted]' })
    expect(findValueIssues({ ...vector, sensitive: true }, [0, 99], 'x')[0]).toMatchObject({ received: '[redacted]' })
  })
})
