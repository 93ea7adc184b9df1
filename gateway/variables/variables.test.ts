import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, type Clinic, fetches, send, startClinic } from '../testing/test-gateway.js'

const RISK = 'query($input: RiskInput!) { risk(input: $input) }'
const MANY = 'query($inputs: [RiskInput!]!) { riskMany(inputs: $inputs) }'
const COLUMNS = 'query($amount: FloatVector!) { riskColumns(amount: $amount) }'
const FIELDS = 'an object RiskInput with amount, kind, visits, note'

describe('variables', () => {
  let clinic: Clinic
  let key: string
  beforeAll(async () => {
    clinic = await startClinic()
    key = clinic.keyFor('predict:risk')
    const input = { amount: 1, kind: 'TRAVEL' }
    for (const [query, variables] of [
      [RISK, { input }],
      [MANY, { inputs: [input] }],
      [COLUMNS, { amount: [1] }],
    ] as const) {
      expect((await ask(clinic, key, query, variables)).errors).toEqual([])
    }
  })
  afterAll(() => clinic.stop())

  /** Raw JSON, since `1e400` has no other form. */
  const cases: ReadonlyArray<
    readonly [what: string, query: string, json: string, path: string, expected: string, received: string]
  > = [
    [
      'text for a number',
      RISK,
      '{"input":{"amount":"12 secret","kind":"TRAVEL"}}',
      'input.amount',
      'a finite number',
      'text',
    ],
    ['a missing feature', RISK, '{"input":{"kind":"TRAVEL"}}', 'input.amount', 'a finite number', 'nothing'],
    [
      'null for a feature',
      RISK,
      '{"input":{"amount":null,"kind":"TRAVEL"}}',
      'input.amount',
      'a finite number',
      'null',
    ],
    [
      '1e400',
      RISK,
      '{"input":{"amount":1e400,"kind":"TRAVEL"}}',
      'input.amount',
      'a finite number',
      'a number too large to represent',
    ],
    [
      'an unknown category',
      RISK,
      '{"input":{"amount":1,"kind":"SECRET"}}',
      'input.kind',
      'one of GROCERY, TRAVEL',
      'text',
    ],
    [
      'a fraction for a whole number',
      RISK,
      '{"input":{"amount":1,"kind":"TRAVEL","visits":1.5}}',
      'input.visits',
      'a whole number from -2147483648 to 2147483647',
      'a number',
    ],
    [
      'an unknown feature',
      RISK,
      '{"input":{"amount":1,"kind":"TRAVEL","age":3}}',
      'input.age',
      FIELDS,
      'a field it does not have',
    ],
    ['a list for an object', MANY, '{"inputs":[[1]]}', 'inputs.0', FIELDS, 'a list'],
    [
      'a wrong row among right ones',
      MANY,
      '{"inputs":[{"amount":1,"kind":"TRAVEL"},{"amount":true,"kind":"TRAVEL"}]}',
      'inputs.1.amount',
      'a finite number',
      'true or false',
    ],
    ['no variable at all', RISK, '{}', 'input', FIELDS, 'nothing'],
    [
      'a list for a number',
      RISK,
      '{"input":{"amount":[1],"kind":"TRAVEL"}}',
      'input.amount',
      'a finite number',
      'a list',
    ],
    [
      'a list for a category',
      RISK,
      '{"input":{"amount":1,"kind":["TRAVEL"]}}',
      'input.kind',
      'one of GROCERY, TRAVEL',
      'a list',
    ],
    ['a list for a row', RISK, '{"input":[1,2]}', 'input', FIELDS, 'a list'],
    ['numbers for rows', MANY, '{"inputs":[1]}', 'inputs.0', FIELDS, 'a number'],
    ['null for a column', COLUMNS, '{"amount":null}', 'amount', 'a FloatVector', 'null'],
    [
      '1e400 within a column',
      COLUMNS,
      '{"amount":[1,1e400]}',
      'amount',
      'a FloatVector',
      'a number too large to represent',
    ],
  ]
  /** The lists of a large request to an operation that is known are not read at first. */
  const sizes = [
    ['', ''],
    [' in a large request', ' '.repeat(8_192)],
  ] as const
  const sized = cases.flatMap(([what, ...rest]) =>
    sizes.map(([where, space]) => [what + where, space, ...rest] as const),
  )
  it.each(sized)(
    'says of %s where, what was expected and what kind came',
    async (_what, space, query, json, path, expected, received) => {
      const before = fetches(clinic)
      const reply = await send(clinic, `{"query":${JSON.stringify(query)},"variables":${json}${space}}`, {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
      })
      expect(reply.status).toBe(200)
      expect(reply.data).toBeUndefined()
      expect(reply.errors).toEqual([
        {
          message: `${path}: expected ${expected}, received ${received}.`,
          extensions: { code: 'BAD_USER_INPUT', path, expected, received },
        },
      ])
      expect(JSON.stringify(reply.errors)).not.toMatch(/secret/i)
      expect(fetches(clinic)).toBe(before)
    },
  )

  it('finds everything that is wrong, up to twenty findings', async () => {
    const inputs = Array.from({ length: 50 }, () => ({ amount: 'x', kind: 'TRAVEL' }))
    const reply = await ask(clinic, key, MANY, { inputs })
    expect(reply.errors).toHaveLength(20)
    expect(reply.errors[19]?.extensions.path).toBe('inputs.19.amount')
  })

  it('fills in defaults, takes one value for a list and whole numbers for floats', async () => {
    const reply = await ask(clinic, key, MANY, { inputs: { amount: 4, kind: 'GROCERY', note: null } })
    expect(reply.data).toEqual({ riskMany: [2] })
  })
})
