import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ask, type Clinic, codes, fetches, startClinic } from '../testing/test-gateway.js'
import type { RuleContext } from './rules.js'
import { NAMED_RULES } from './rules.js'
import { rule } from './shield.js'

/** A policy by argument: a publisher may rename, but nobody to `root`. */
const renamer = rule('renamer')((_parent, { name }: { name: string }, { caller }: RuleContext) => {
  if (name === 'root') return 'Nobody may be called root.'
  return caller.scopes.includes('publish:clinic')
})
const modest = rule('modest')((_parent, { amount }: { amount: readonly number[] }) => amount.every((one) => one < 100))
const thrower = rule('thrower')(() => {
  throw new Error('the rule itself is broken')
})
/** An operator's rule on an interface. */
const notEvil = rule('not-evil')((_parent, _args, { caller }: RuleContext) => !caller.scopes.includes('evil'))

/** Named by their first words; optional members stay what they are. */
function cases<Case extends readonly [what: string, ...rest: unknown[]]>(all: readonly Case[]): [string, Case][] {
  return all.map((each) => [each[0], each])
}

describe('the policy of an operation', () => {
  let clinic: Clinic
  const keys: Record<string, string> = {}
  beforeAll(async () => {
    clinic = await startClinic({
      rules: {
        named: { ...NAMED_RULES, renamer },
        operator: { Asset: { id: notEvil }, Picture: { '*': notEvil }, Query: { hole: thrower, riskColumns: modest } },
      },
    })
    keys.nothing = clinic.keyFor()
    keys.predict = clinic.keyFor('predict:risk')
    keys.family = clinic.keyFor('predict:*')
    keys.reader = clinic.keyFor('patient:read', 'catalogue:read')
    keys.publisher = clinic.keyFor('publish:clinic', 'catalogue:read', 'patient:read')
    keys.auditor = clinic.keyFor('audit:read', 'secret:list')
    keys.halfAuditor = clinic.keyFor('audit:read')
    keys.evil = clinic.keyFor('evil')
    keys.admin = clinic.keyFor('admin')
  })
  afterAll(() => clinic.stop())
  beforeEach(() => {
    clinic.patients.fetches = 0
    clinic.risk.fetches = 0
  })

  const refused: ReadonlyArray<
    readonly [what: string, key: string, query: string, coordinate: string, variables?: object]
  > = [
    ['a root field', 'nothing', '{ risk(input: { amount: 1, kind: GROCERY }) }', 'Query.risk'],
    ['a nested field', 'nothing', '{ patient(id: "1") { id risk } }', 'Patient.risk'],
    ['an aliased field', 'nothing', '{ a: patient(id: "1") { b: risk } }', 'Patient.risk'],
    [
      'a chain of fragments',
      'nothing',
      '{ patient(id: "1") { ...F } } fragment F on Patient { id ...G } fragment G on Patient { r: risk }',
      'Patient.risk',
    ],
    ['an anonymous inline fragment', 'nothing', '{ patient(id: "1") { ... { risk } } }', 'Patient.risk'],
    ['an inline fragment', 'nothing', '{ patient(id: "1") { ... on Patient { risk } } }', 'Patient.risk'],
    ['a list', 'nothing', '{ patients { risk } }', 'Patient.risk'],
    ['a member of a union', 'nothing', '{ search { __typename ... on Dataset { licence } } }', 'Dataset.licence'],
    ['an interface, for each possible type', 'nothing', '{ assets { owner } }', 'Dataset.owner'],
    ['an interface within a fragment on it', 'nothing', '{ assets { ... on Asset { owner } } }', 'Dataset.owner'],
    [
      'a fragment that narrows to a guarded type',
      'nothing',
      '{ assets { ... on Dataset { owner } } }',
      'Dataset.owner',
    ],
    ['a type by every field', 'nothing', '{ secret { code } }', 'Secret.code'],
    ['a type by its name', 'nothing', '{ secret { __typename } }', 'Secret'],
    ['all scopes of a group, not some', 'halfAuditor', '{ secret { code } }', 'Secret.code'],
    [
      'what @include lets in',
      'nothing',
      'query($a: Boolean!) { patient(id: "1") { id risk @include(if: $a) } }',
      'Patient.risk',
      { a: true },
    ],
    [
      'what @skip leaves in',
      'nothing',
      'query($a: Boolean = false) { patient(id: "1") { id ... @skip(if: $a) { risk } } }',
      'Patient.risk',
    ],
    ['a mutation without a scope', 'reader', 'mutation { rename(id: "1", name: "x") { id } }', 'Mutation.rename'],
    [
      'a mutation by the value of an argument',
      'publisher',
      'mutation { rename(id: "1", name: "root") { id } }',
      'Mutation.rename',
    ],
    [
      'the same from a variable',
      'publisher',
      'mutation($n: String!) { rename(id: "1", name: $n) { id } }',
      'Mutation.rename',
      { n: 'root' },
    ],
    [
      'the same from a default',
      'publisher',
      'mutation($n: String! = "root") { rename(id: "1", name: $n) { id } }',
      'Mutation.rename',
    ],
    ['a mutation nobody has ruled, even for admins', 'admin', 'mutation { unruled }', 'Mutation.unruled'],
    ['a policy nobody has written, even for admins', 'admin', 'mutation { misruled }', 'Mutation.misruled'],
    ['a rule that throws', 'admin', '{ hole }', 'Query.hole'],
    ["an operator's rule on an interface", 'evil', '{ assets { ... on Dataset { id } } }', 'Dataset.id'],
    ["an operator's rule on a type's other fields", 'evil', '{ assets { ... on Picture { owner } } }', 'Picture.owner'],
    ['a field that also answers an allowed one', 'nothing', '{ hello patients { id risk } }', 'Patient.risk'],
  ]
  it.each(cases(refused))(
    'refuses %s before anything is fetched, on the complete tier and on the hot one',
    async (_what, [, key, query, coordinate, variables]) => {
      const refusal = async () => {
        const before = fetches(clinic)
        const reply = await ask(clinic, keys[key]!, query, variables as Record<string, unknown>)
        expect(reply.status).toBe(403)
        expect(reply.data).toBeUndefined()
        expect(codes(reply)).toContain('FORBIDDEN')
        expect(reply.errors.map(({ extensions }) => extensions.coordinate)).toContain(coordinate)
        expect(fetches(clinic)).toBe(before)
      }
      await refusal()
      // Where anybody may ask it, it is known from then on.
      for (const allowed of ['admin', 'publisher']) {
        await ask(clinic, keys[allowed]!, query, variables as Record<string, unknown>)
      }
      await refusal()
    },
  )

  const allowed: ReadonlyArray<readonly [what: string, key: string, query: string, variables?: object]> = [
    ['what needs nothing', 'nothing', '{ hello patients { id } }'],
    ['a scope that is held', 'predict', '{ patient(id: "1") { risk } }'],
    ['a family of scopes that is held', 'family', '{ patient(id: "1") { risk } }'],
    [
      'everything that has a rule, for admins',
      'admin',
      '{ patient(id: "1") { name risk } secret { code } assets { owner } }',
    ],
    ['one group of scopes of two', 'auditor', '{ secret { __typename code } }'],
    ['an interface whose types are all allowed', 'reader', '{ assets { id owner } }'],
    ['a fragment that narrows past the guarded type', 'nothing', '{ assets { id ... on Picture { owner } } }'],
    ['a union without the guarded field', 'nothing', '{ search { __typename ... on Patient { id } } }'],
    [
      'what @include leaves out',
      'nothing',
      'query($a: Boolean!) { patient(id: "1") { id risk @include(if: $a) } }',
      { a: false },
    ],
    [
      'what @skip takes out',
      'nothing',
      'query($a: Boolean = true) { patient(id: "1") { id ... @skip(if: $a) { risk } } }',
    ],
    ['a mutation with its scope', 'publisher', 'mutation { rename(id: "1", name: "x") { id name } publish }'],
    ['introspection', 'nothing', '{ z: __type(name: "Patient") { fields { name } } }'],
  ]
  it.each(cases(allowed))('allows %s', async (_what, [, key, query, variables]) => {
    const reply = await ask(clinic, keys[key]!, query, variables as Record<string, unknown>)
    expect(reply.errors).toEqual([])
    expect(reply.status).toBe(200)
  })

  it('asks the operation that runs, not its neighbours in the document', async () => {
    const document = 'query A { hello } query B { patients { risk } }'
    expect((await ask(clinic, keys.nothing!, document, {}, 'A')).data).toEqual({ hello: 'world' })
    expect((await ask(clinic, keys.nothing!, document, {}, 'B')).status).toBe(403)
    expect((await ask(clinic, keys.predict!, document, {}, 'B')).status).toBe(200)
    expect((await ask(clinic, keys.nothing!, document, {}, 'B')).status).toBe(403)
  })

  it('sees arguments as they are, however large the request', async () => {
    const query = 'query($amount: FloatVector!) { riskColumns(amount: $amount) }'
    const amount = Array.from({ length: 5_000 }, (_, row) => row % 100)
    for (let n = 0; n < 2; n++) {
      expect((await ask(clinic, keys.predict!, query, { amount })).data).toEqual({ riskColumns: 5_000 })
      expect((await ask(clinic, keys.predict!, query, { amount: [...amount, 100] })).status).toBe(403)
    }
  })

  it('says where and what is missing', async () => {
    const reply = await ask(clinic, keys.nothing!, '{ a: patient(id: "1") { b: risk } }')
    expect(reply.errors).toEqual([
      {
        message: 'Patient.risk needs the scope predict:risk; this key has not got it.',
        path: ['a', 'b'],
        extensions: { code: 'FORBIDDEN', coordinate: 'Patient.risk' },
      },
    ])
  })
})
