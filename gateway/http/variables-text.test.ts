import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { variablesTextIn } from './variables-text.js'

const textIn = (text: string) => variablesTextIn(text, JSON.parse(text) as object)

describe('the text of variables', () => {
  it('is what the client wrote', () => {
    expect(textIn('{"query":"{ a }","variables":{"a": 1.50}}')).toBe('{"a": 1.50}')
    expect(textIn('{ "query" : "variables", "operationName": "variables", "variables" :\n{"a":[1,2]} }\n')).toBe(
      '{"a":[1,2]}',
    )
  })

  it.each([
    ['do not come last', '{"variables":{"a":1},"query":"{ a }"}'],
    ['stand twice', '{"query":"{ a }","variables":{"a":1},"variables":{"a":2}}'],
    ['stand twice, once in disguise', '{"query":"{ a }","variables":{"a":1},"variable\\u0073":{"a":2}}'],
    ['are named in another member', '{"x":{"variables":{"a":1}},"query":"{ a }","variables":{"a":2}}'],
    ['hold a member of that name', '{"query":"{ a }","variables":{"variables":1}}'],
    ['hold escapes', '{"query":"{ a }","variables":{"a":"\\n"}}'],
    ['are not there', '{"query":"{ a }"}'],
  ])('is not taken where they %s', (_how, text) => {
    expect(textIn(text)).toBeUndefined()
  })

  it('means what was parsed, whatever the body', () => {
    const body = fc.oneof(
      fc.json(),
      fc
        .dictionary(fc.constantFrom('query', 'operationName', 'variables', 'extensions', 'x'), fc.jsonValue())
        .map((value) => JSON.stringify(value)),
    )
    fc.assert(
      fc.property(body, (text) => {
        const parsed: unknown = JSON.parse(text)
        if (typeof parsed !== 'object' || parsed === null) return
        const found = variablesTextIn(text, parsed)
        if (found !== undefined) expect(JSON.parse(found)).toEqual((parsed as { variables: unknown }).variables)
      }),
      { numRuns: 500 },
    )
  })
})
