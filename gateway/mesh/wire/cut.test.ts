import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutParts } from './cut.js'

const cut = (header: string, body: string, count: number, isArray = true) =>
  cutParts(header, Buffer.from(body), count, isArray)

describe('cutting an answer', () => {
  it('finds every part where it is, whatever it holds', () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue())
    const parts = fc.array(fc.tuple(value, fc.boolean()), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(parts, (given) => {
        const texts = given.map(([part]) => JSON.stringify(part))
        const header = given.map(([, e], at) => `${Buffer.byteLength(texts[at]!)}${e ? 'e' : ''}`).join()
        const body = Buffer.from(`[${texts.join()}]`)
        const cuts = cutParts(header, body, texts.length, true)!
        expect(cuts.map(({ start, end }) => body.subarray(start, end).toString())).toEqual(texts)
        expect(cuts.map(({ hasErrors }) => hasErrors)).toEqual(given.map(([, e]) => e))
      }),
    )
  })

  it('takes a body that is no array for one part', () => {
    expect(cut('2', '{}', 1, false)).toEqual([{ start: 0, end: 2, hasErrors: false }])
    expect(cut('3', '{}\n', 1, false)).toBeUndefined()
    expect(cut('2', '{}\n', 1, false)).toBeUndefined()
  })

  it.each([
    ['lengths that are too short', '2,1', '[{},{}]', 2],
    ['lengths that are too long', '2,3', '[{},{}]', 2],
    ['fewer parts than were asked', '2', '[{}]', 2],
    ['more parts than were asked', '2,2,2', '[{},{},{}]', 2],
    ['white space', '2,2', '[{}, {}]', 2],
    ['something after the array', '2,2', '[{},{}]\n', 2],
    ['no array', '2,2', '{},{}', 2],
    ['values that are no objects', '2,2', '[10,{}]', 2],
    ['lengths that are no numbers', '2,-2', '[{},{}]', 2],
    ['an empty header', '', '[{}]', 1],
    ['a body cut short', '2,2', '[{},{', 2],
  ])('is refused for %s', (_what, header, body, count) => {
    expect(cut(header, body, count)).toBeUndefined()
  })
})
