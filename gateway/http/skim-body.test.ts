import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReceivedBytes } from '../../shared/json/received-bytes.js'
import { textOf } from '../mesh/json.js'
import { UnreadList } from '../variables/unread-list.js'
import { type SkimmedBody, skimBody } from './skim-body.js'

/** Enough white space that a body is not left to `JSON.parse` for being short. */
const LONG = ' '.repeat(8_192)

/** Skims a text that comes in pieces of so many bytes. */
function skim(text: string, size = 100): SkimmedBody | undefined {
  const bytes = Buffer.from(text + LONG)
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
    bytes.subarray(n * size, (n + 1) * size),
  )
  return skimBody(new ReceivedBytes(pieces))
}

/** A value with its lists read. */
const read = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('a large body', () => {
  it('is skimmed: its lists are counted, and its variables are passed on as they came', () => {
    const json = '{ "input":{"amount":[1,-2.50, 3e5],"kind":["A","é"],"known":[true,null]},\n"at":"1","none":[]}'
    const { value, variables } = skim(`{"query":"{ a }\\n","variables": ${json} ,"operationName":null}`)!
    const unread = (length: number) => expect.objectContaining({ length })
    expect(value).toEqual({
      query: '{ a }\n',
      variables: { input: { amount: unread(3), kind: unread(2), known: unread(2) }, at: '1', none: [] },
      operationName: null,
    })
    expect(textOf(variables!)).toBe(json)
    expect((value as { variables: { input: { amount: unknown } } }).variables.input.amount).toBeInstanceOf(UnreadList)
  })

  it.each([
    ['holds rows', '{"variables":{"inputs":[{"amount":1}]}}'],
    ['holds lists of lists', '{"variables":{"a":[[1],[2]]}}'],
    ['holds a number too large to represent', '{"variables":{"a":[1,1e400]}}'],
    ['holds another one', `{"variables":{"a":[${'9'.repeat(400)}]}}`],
    ['holds escapes in a list', '{"variables":{"a":["\\u0041"]}}'],
    ['carries a prototype', '{"variables":{"__proto__":{"a":[1]}}}'],
    ['carries one in disguise', '{"variables":{"\\u005f_proto__":{"a":[1]}}}'],
    ['is a list', '[{"query":"{ a }"}]'],
    ['is no JSON', '{"variables":{"a":[1,2,NaN]}}'],
    ['ends before its end', '{"variables":{"a":[1,2'],
    ['goes on after its end', '{"variables":{"a":[1,2]}} x'],
  ])('is left to JSON.parse where it %s', (_what, text) => {
    expect(skim(text)).toBeUndefined()
  })

  it('takes the last of several members of one name, as JSON.parse does', () => {
    const { value, variables } = skim('{"variables":{"a":[1]},"variabl\\u0065s":{"a":[2]}}')!
    expect(read(value)).toEqual({ variables: { a: [2] } })
    expect(textOf(variables!)).toBe('{"a":[2]}')
  })

  it('means what JSON.parse says, whatever it holds, and is none where JSON.parse says so', () => {
    const member = fc.constantFrom('query', 'operationName', 'variables', 'extensions', 'x')
    const lists = fc.dictionary(
      fc.string(),
      fc.array(fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null))),
    )
    const body = fc.dictionary(member, fc.oneof(fc.jsonValue(), lists)).map((value) => JSON.stringify(value))
    const cut = fc.option(fc.nat(), { freq: 3 })
    fc.assert(
      fc.property(body, cut, fc.integer({ min: 1, max: 9_000 }), (whole, at, size) => {
        const text = at === null ? whole : whole.slice(0, at % whole.length) + whole.slice((at % whole.length) + 1)
        const skimmed = skim(text, size)
        if (!skimmed) return
        const value = JSON.parse(text) as { variables?: unknown }
        expect(read(skimmed.value)).toEqual(read(value))
        const { variables } = skimmed
        expect(variables && JSON.parse(textOf(variables))).toEqual(value.variables)
      }),
      { numRuns: 2_000 },
    )
  })
})
