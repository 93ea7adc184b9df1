import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countNumbers } from './count-numbers.js'

/** Counts the numbers of a text that stands somewhere among other bytes. */
function count(text: string, before = 0): number | undefined {
  const bytes = Buffer.from(`${'9'.repeat(before)}${text}1,1,1,1`)
  return countNumbers(bytes, before, bytes.length - 7)
}

/** What JSON.parse makes of a list, where it makes finite numbers of it. */
function parsed(text: string): number | undefined {
  try {
    const list = JSON.parse(`[${text}]`) as unknown[]
    return list.length > 0 && list.every(Number.isFinite) ? list.length : undefined
  } catch {
    return undefined
  }
}

const numbers = fc
  .array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()), { minLength: 1, maxLength: 80 })
  .map((list) => list.map((value) => JSON.stringify(value)).join(','))

describe('numbers between brackets', () => {
  it('are counted as JSON.parse counts them, and what it refuses is not, wherever they stand', () => {
    const character = fc.constantFrom(...'0123456789-+.,eE \t\n\r"[]{}xé\u0000')
    const text = fc.oneof(fc.string({ unit: character, maxLength: 12 }), numbers)
    const change = fc.tuple(fc.nat(), fc.nat(2), fc.string({ unit: character, maxLength: 2 }))
    fc.assert(
      fc.property(text, fc.option(change), fc.nat(5), (text, change, before) => {
        const [at, without, put] = change ?? [0, 0, '']
        const place = at % (text.length + 1)
        const changed = text.slice(0, place) + put + text.slice(place + without)
        const counted = count(changed, before)
        if (counted !== undefined) expect(counted).toBe(parsed(changed))
      }),
      { numRuns: 5_000 },
    )
  })

  it('as JSON.stringify writes them are counted', () => {
    fc.assert(
      fc.property(numbers, fc.nat(5), (text, before) => {
        fc.pre(!/e\+\d\d/.test(text))
        expect(count(text, before)).toBe(text.split(',').length)
      }),
      { numRuns: 1_000 },
    )
  })

  it.each(['1', ' 1', '1 ', '-0', '0.10', '1e5', '1E+5', '1.5e-300', '\t1,\n-2.5 ,3', `${'1'.repeat(100)},2`])(
    'are counted in %j',
    (text) => expect(count(text)).toBe(parsed(text)),
  )

  it.each(['', ' ', ',', '1,', ',1', '01', '-', '1.', '.5', '1e', '1 2', '+1', '1e400', '9'.repeat(400), '1,,2'])(
    'are not counted in %j',
    (text) => expect(count(text)).toBeUndefined(),
  )

  it('are left alone where one is so long that it may be too large', () => {
    for (let digits = 1; digits < 400; digits++) {
      const text = `1,${'9'.repeat(digits)}e9,1`
      const counted = count(text)
      if (counted !== undefined) expect(counted).toBe(parsed(text))
    }
  })
})
