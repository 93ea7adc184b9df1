import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJson } from './read-json.js'

/** Enough white space that a text is not left to `JSON.parse` for being short. */
const LONG = ' '.repeat(8_192)

const read = (text: string) => readJson(Buffer.from(text + LONG))

/** How doubles are written down: as JavaScript does, and otherwise. */
const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  betweenDoubles(),
  fc
    .tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.nat(8))
    .map(([mantissa, decimals]) => (mantissa / 10 ** decimals).toFixed(decimals)),
  fc.stringMatching(/^-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?$/),
  fc.constantFrom(
    '-0',
    '0.0',
    '-0.0e5',
    '1E+2',
    '9007199254740993',
    '0.30000000000000004',
    '2.2250738585072011e-308',
    '1e23',
  ),
)

const space = fc.constantFrom('', '', ' ', '\n\t', '\r\n  ')

const listText = (element: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.array(fc.tuple(space, element, space)), space)
    .map(([items, end]) => `[${items.map((item) => item.join('')).join(',')}${items.length > 0 ? '' : end}]`)

const leafText = fc.oneof(
  numberText,
  fc.constantFrom('null', 'true', 'false'),
  fc.string().map((text) => JSON.stringify(text)),
)

const columnsText = fc
  .dictionary(fc.string(), fc.oneof(listText(numberText), listText(leafText), fc.json()))
  .map((columns) => `{${Object.entries(columns).map(([name, list]) => `${JSON.stringify(name)}:${list}`)}}`)

describe('a large JSON text', () => {
  it('of numbers is read to the same doubles as JSON.parse reads', () => {
    fc.assert(
      fc.property(numberText, (text) => {
        const list = `[${text},${text}]`
        expect((read(list) as number[]).every((number) => Object.is(number, JSON.parse(text)))).toBe(true)
      }),
      { numRuns: 3_000 },
    )
  })

  it('is read as JSON.parse does, whatever it holds', () => {
    const anything = fc.oneof(
      columnsText,
      listText(leafText),
      fc.json(),
      fc.array(columnsText).map((parts) => `[${parts}]`),
    )
    fc.assert(
      fc.property(anything, (text) => {
        expect(read(text)).toEqual(JSON.parse(text))
      }),
      { numRuns: 1_000 },
    )
  })

  it('that is damaged is refused exactly where JSON.parse refuses it', () => {
    const damage = fc.record({ at: fc.nat(), cut: fc.nat(3), put: fc.string({ maxLength: 3 }) })
    fc.assert(
      fc.property(columnsText, damage, (text, { at, cut, put }) => {
        const start = at % (text.length + 1)
        const damaged = text.slice(0, start) + put + text.slice(start + cut)
        expect(outcomeOf(() => read(damaged))).toEqual(outcomeOf(() => JSON.parse(damaged + LONG)))
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    '[01]',
    '[-]',
    '[1.]',
    '[.5]',
    '[+1]',
    '[1e]',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[NaN]',
    '[Infinity]',
    '[0x1]',
    '[1_0]',
    '[nul]',
    '[1',
    '[',
    '["a]',
    '{"a":[1]',
    '{"a":[1],}',
    '{a:[1]}',
    '[1]]',
    '["\n"]',
    '[1]x',
    '\ufeff[1]',
    '',
  ])('%j is none', (text) => {
    expect(() => read(text)).toThrow(SyntaxError)
  })

  it.each([
    '[1e400,-1e400]',
    '{"__proto__":[1]}',
    '{"a":[1],"a":[2]}',
    '{"\\u0061":[1]}',
    '[[1],[2]]',
    '[{"a":[1]},[2]]',
    '["\\u00e9","é"]',
    '{"2":[1],"1":[2]}',
  ])('%s is read as JSON.parse does', (text) => {
    expect(JSON.stringify(read(text))).toBe(JSON.stringify(JSON.parse(text)))
  })

  it('may nest as deep as it likes', () => {
    const text = `${'{"a":['.repeat(1_000)}${']}'.repeat(1_000)}`
    expect(JSON.stringify(read(text))).toBe(text)
  })
})

function outcomeOf(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    return (error as Error).name
  }
}

/** A number that is written halfway between two doubles, or next to it. */
function betweenDoubles(): fc.Arbitrary<string> {
  const parts = fc.record({
    power: fc.nat(9),
    step: fc.nat(2 ** 30),
    off: fc.integer({ min: -1, max: 1 }),
    point: fc.nat(15),
  })
  return parts.map(({ power, step, off, point }) => {
    const digits = String(2n ** BigInt(53 + power) + BigInt(step) * 2n ** BigInt(power) + BigInt(off))
    return `${digits.slice(0, point) || '0'}.${digits.slice(point)}`
  })
}
