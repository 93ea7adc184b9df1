import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, type Clinic, codes, fetches, startClinic } from '../testing/test-gateway.js'

describe('what one request may ask for', () => {
  let clinic: Clinic
  let key: string
  beforeAll(async () => {
    clinic = await startClinic({ config: { request: { maxCost: 20, maxRows: 5, listSize: 3 } } })
    key = clinic.keyFor('patient:read', 'predict:*')
  })
  afterAll(() => clinic.stop())

  it('ends at the cost limit, before anything is fetched', async () => {
    const before = fetches(clinic)
    const query = `{ ${Array.from({ length: 7 }, (_, index) => `p${index}: patients { name }`).join(' ')} }`
    const refused = await ask(clinic, key, query)
    expect(refused.status).toBe(400)
    expect(refused.errors).toEqual([
      {
        message: 'The operation has a cost of 21; the limit is 20.',
        extensions: { code: 'COST_LIMIT_EXCEEDED', actual: 21, limit: 20 },
      },
    ])
    expect(fetches(clinic)).toBe(before)
  })

  it('ends at the limit of predictions, in both tiers', async () => {
    const query = 'query($more: Boolean!) { a: patients { risk } b: patients @include(if: $more) { risk } }'
    expect((await ask(clinic, key, query, { more: true })).errors[0]?.extensions).toEqual({
      code: 'COST_LIMIT_EXCEEDED',
      actual: 6,
      limit: 5,
    })
    expect((await ask(clinic, key, query, { more: false })).data).toBeTruthy()
    expect(codes(await ask(clinic, key, query, { more: true }))).toEqual(['COST_LIMIT_EXCEEDED'])
    expect((await ask(clinic, key, query, { more: false })).data).toBeTruthy()
  })

  it('is judged after the policy: who may not ask is not told what it costs', async () => {
    const query = '{ a: patients { risk } b: patients { risk } }'
    expect(codes(await ask(clinic, clinic.keyFor('patient:read'), query))).toContain('FORBIDDEN')
  })
})
