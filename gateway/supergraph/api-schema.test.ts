import { buildSchema, lexicographicSortSchema, printSchema } from 'graphql'
import { describe, expect, it } from 'vitest'
import { buildApiSchema } from './api-schema.js'
import { Turns } from './turns.js'

const TYPES = [
  `directive @marked(by: Kind = GOOD) repeatable on FIELD_DEFINITION
   enum Kind { GOOD OLD @deprecated(reason: "gone") }
   "What may be asked."
   type Query { one(of: [Choice!]! = [{ id: 1 }], at: Date): Thing any: Any @deprecated }`,
  `interface Node { id: ID! }
   interface Named implements Node { id: ID! name(short: Boolean = true): String }
   type Thing implements Named & Node { id: ID! name(short: Boolean = true): String kind: Kind! }
   type Other implements Node { id: ID! things: [Thing!]! }
   type Hidden implements Node { id: ID! }
   union Any = Thing | Other`,
  `scalar Date @specifiedBy(url: "https://example.org/date")
   input Choice @oneOf { id: Int other: Choice }`,
]

describe('the schema that clients see', () => {
  it.each([
    ['the usual root types', [...TYPES, 'type Mutation { change(to: Kind = OLD): Thing }']],
    ['root types of other names', ['schema { query: Query mutation: Change }', ...TYPES, 'type Change { a: Int }']],
  ])('is that of all parts together: %s', async (_what, parts) => {
    const whole = buildSchema(parts.join('\n'))
    const schema = await buildApiSchema(parts)
    expect(printSchema(schema)).toBe(printSchema(whole))
    expect(printSchema(lexicographicSortSchema(schema))).toBe(printSchema(lexicographicSortSchema(whole)))
    expect(schema.getMutationType()?.name).toBe(whole.getMutationType()?.name)
    expect(schema.getDirectives().map(String).sort()).toEqual(whole.getDirectives().map(String).sort())
    const members = (of: typeof schema) => of.getPossibleTypes(of.getType('Node') as never).map(String)
    expect(members(schema)).toEqual(members(whole))
  })

  it('lets the event loop turn while it is built, as often as time goes by', async () => {
    let ms = 0
    let turned = 0
    const turn = () => {
      turned += 1
      counting = setImmediate(turn)
    }
    let counting = setImmediate(turn)
    await buildApiSchema(TYPES, new Turns(() => (ms += 2)))
    clearImmediate(counting)
    expect(turned).toBeGreaterThan(4)
  })

  it('is not built of parts that name what is not there', async () => {
    await expect(buildApiSchema(['type Query { a: Missing }'])).rejects.toThrow('Unknown type: "Missing"')
  })
})
