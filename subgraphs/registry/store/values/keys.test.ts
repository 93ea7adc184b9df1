import { Decimal128, Double, Int32, Long } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareValues, encodeKey } from './keys.js'

/** Exact: a whole part and a fraction in units of 10^-20. */
const UNIT = 10n ** 20n

const integers = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const numbers = fc.oneof(
  integers.map((value) => ({ value: Long.fromBigInt(value) as unknown, exact: value * UNIT })),
  fc.integer().map((value) => ({ value: new Int32(value) as unknown, exact: BigInt(value) * UNIT })),
  fc
    .maxSafeInteger()
    .map((value) => ({ value: new Double(value / 1024) as unknown, exact: (BigInt(value) * UNIT) / 1024n })),
  fc.tuple(fc.maxSafeInteger(), fc.nat(15)).map(([digits, places]) => ({
    value: Decimal128.fromString(`${digits}E-${places}`) as unknown,
    exact: BigInt(digits) * 10n ** BigInt(20 - places),
  })),
)

describe('keys', () => {
  it('order numbers of all types by their exact value', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const expected = a.exact < b.exact ? -1 : a.exact > b.exact ? 1 : 0
        expect(Math.sign(compareValues(a.value, b.value))).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })

  it('order texts as their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareValues(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
    )
  })

  it('order lists element by element, a shorter list first', () => {
    const lists = fc.array(fc.oneof(fc.integer({ min: 0, max: 2 }), fc.constantFrom('', 'a', 'a\0')), { maxLength: 3 })
    fc.assert(
      fc.property(lists, lists, (a, b) => {
        const at = a.findIndex((item, n) => n >= b.length || compareValues(item, b[n]) !== 0)
        const expected = at === -1 ? a.length - b.length : at >= b.length ? 1 : compareValues(a[at], b[at])
        expect(Math.sign(compareValues(a, b))).toBe(Math.sign(expected))
      }),
    )
  })

  it('never have another key as their beginning, so that joined keys compare field by field', () => {
    const values = fc.oneof(
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.date({ noInvalidDate: true }),
      fc.array(fc.string()),
    )
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [first, second] = [encodeKey(a), encodeKey(b)]
        fc.pre(!first.equals(second) && first.length <= second.length)
        expect(second.subarray(0, first.length).equals(first)).toBe(isZeroEscape(a, b))
      }),
    )
  })
})

/** A zero byte inside a text is escaped by what follows the end of the shorter one. */
function isZeroEscape(a: unknown, b: unknown): boolean {
  return typeof a === 'string' && typeof b === 'string' && b.startsWith(`${a}\0`)
}
