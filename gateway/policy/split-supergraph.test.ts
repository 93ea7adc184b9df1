import { buildSchema, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { fixture } from '../testing/fake-subgraph.js'
import { FieldGuards } from './guards.js'
import { deny } from './shield.js'
import { splitSupergraph } from './split-supergraph.js'

const LINK = 'https://specs.apollo.dev'

describe('splitSupergraph', () => {
  it('takes the security directives out and keeps their requirements', () => {
    const { sdl, requirements } = splitSupergraph(parse(fixture('supergraph')))
    expect(sdl).not.toMatch(/@requiresScopes|@policy|requiresScopes__Scope|policy__Policy|for: SECURITY/)
    expect(sdl).toContain('@join__field(graph: RISK)')
    expect(requirements.get('Patient.risk')).toEqual({ scopes: [['predict:risk']] })
    expect(requirements.get('Secret')).toEqual({ scopes: [['secret:read'], ['audit:read', 'secret:list']] })
    expect(requirements.get('Dataset.licence')).toEqual({ policies: [['publisher']] })
  })

  it('leaves out what composition has propagated to an interface', () => {
    expect(fixture('supergraph')).toMatch(/interface Asset[^}]*owner: String! @requiresScopes/)
    expect(splitSupergraph(parse(fixture('supergraph'))).requirements.has('Asset.owner')).toBe(false)
  })

  it("keeps what an interface object's own field requires", () => {
    const { requirements } = splitSupergraph(
      parse(`
      schema @link(url: "${LINK}/authenticated/v0.1", for: SECURITY) { query: Query }
      interface Media @join__type(graph: A, isInterfaceObject: true) { price: Int @authenticated }
      type Query { media: Media }
    `),
    )
    expect(requirements.get('Media.price')).toEqual({ authenticated: true })
  })

  it('follows the names that @link gives, and leaves namesakes alone', () => {
    const { sdl, requirements } = splitSupergraph(
      parse(`
      schema
        @link(url: "${LINK}/authenticated/v0.1", as: "known", for: SECURITY)
        @link(url: "${LINK}/requiresScopes/v0.1", import: [{ name: "@requiresScopes", as: "@needs" }, { name: "Scope", as: "Right" }])
        @link(url: "https://example.org/audit/v1.0") { query: Query }
      directive @known on OBJECT | FIELD_DEFINITION
      directive @needs(scopes: [[Right!]!]!) on FIELD_DEFINITION
      directive @policy(text: String) on FIELD_DEFINITION
      scalar Right
      type Query { a: Int @known, b: Int @needs(scopes: [["x"]]), c: Int @policy(text: "of the house") }
    `),
    )
    expect([...requirements]).toEqual([
      ['Query.a', { authenticated: true }],
      ['Query.b', { scopes: [['x']] }],
    ])
    expect(sdl).not.toMatch(/known|needs|Right/)
    expect(sdl).toContain('@policy(text: "of the house")')
    expect(sdl).toContain('audit')
  })
})

describe('the guards of fields', () => {
  const schema = buildSchema(`
    scalar Diagnosis
    interface Named { name: String }
    type Person implements Named { name: String, diagnosis: [Diagnosis!] }
    type Query { person: Person }
  `)
  const sources = { requirements: new Map(), named: {}, operator: {} }

  it('guards a field by the scalar it returns', () => {
    const requirements = new Map([['Diagnosis', { scopes: [['doctor']] }]])
    const guards = new FieldGuards(schema, { ...sources, requirements })
    expect(guards.get('Person.diagnosis')?.needs).toBe('the scope doctor')
    expect(guards.get('Person.name')).toBeUndefined()
    expect(guards.get('Query.person')).toBeUndefined()
  })

  it('expands a rule on an interface to its members', () => {
    const guards = new FieldGuards(schema, { ...sources, operator: { Named: { name: deny } } })
    expect(guards.get('Person.name')?.needs).toBe("what the operator's rules demand")
    expect(guards.get('Person.diagnosis')).toBeUndefined()
  })

  it('tell of rules for what the graph does not have', () => {
    const demands = new Map([
      ['Person', {}],
      ['Person.gone', {}],
      ['Robot.age', {}],
      ['Diagnosis.text', {}],
    ])
    const operator = { Robot: deny, Person: { age: deny, '*': deny }, Named: { '*': deny }, Query: { person: deny } }
    const guards = new FieldGuards(schema, { ...sources, demands, operator })
    expect(guards.unmatched).toEqual(['Diagnosis.text', 'Person.age', 'Person.gone', 'Robot', 'Robot.age'])
    expect(guards.get('Person.diagnosis')?.needs).toContain("the operator's rules")
    expect(new FieldGuards(schema, sources).unmatched).toEqual([])
  })
})
