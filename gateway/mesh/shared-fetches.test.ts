import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RequestContext } from '../request-context.js'
import { CALLER, MUTATION, QUERY, RISK } from '../testing/mesh-bench.js'
import { OPEN_TERMS } from '../testing/terms.js'
import { ask, type Clinic, startClinic } from '../testing/test-gateway.js'
import type { FetchOperation, MeshAnswer, MeshRequest } from './mesh.js'
import { SharedFetches } from './shared-fetches.js'
import { ParsedAnswer } from './wire/received-answer.js'

const SHAREABLE: FetchOperation = { ...QUERY, isShareable: true }

/** A mesh whose fetches end when the test says so. */
class Held {
  readonly sent: { request: MeshRequest; context: RequestContext; answer: (data: object) => void; fail: () => void }[] =
    []
  readonly fetches = new SharedFetches({
    fetch: (request, context) =>
      new Promise<MeshAnswer>((resolve, reject) => {
        const answer = (data: object) => resolve(new ParsedAnswer({ data: data as Record<string, unknown> }))
        this.sent.push({ request, context, answer, fail: () => reject(new Error('It is gone.')) })
      }),
  })

  ask(given: Partial<RequestContext> = {}, operation = SHAREABLE, variables = '{"id":"1"}'): Promise<MeshAnswer> {
    return this.fetches.fetch({ subgraph: RISK, operation, variables }, context(given))
  }
}

function context(given: Partial<RequestContext>): RequestContext {
  const { signal } = new AbortController()
  return { requestId: 'r', caller: CALLER, terms: OPEN_TERMS, deadlineAt: 2_000, signal, record: {}, ...given }
}

describe('fetches that ask the same at the same time', () => {
  it('are sent once, and each answer is its receiver’s own', async () => {
    const held = new Held()
    const asked = [held.ask(), held.ask(), held.ask({ deadlineAt: 3_000 })]
    expect(held.sent).toHaveLength(1)
    held.sent[0]!.answer({ patient: { id: '1' } })
    const answers = await Promise.all(asked)
    ;(answers[0]!.read().data!.patient as Record<string, unknown>).id = 'changed'
    for (const answer of answers.slice(1)) expect(answer.read().data).toEqual({ patient: { id: '1' } })
    expect(held.fetches).toMatchObject({ hits: 2, misses: 1, size: 0 })
  })

  it.each<[string, Partial<RequestContext>, FetchOperation?, string?]>([
    ['other variables', {}, SHAREABLE, '{"id":"2"}'],
    ['another operation', {}, { ...SHAREABLE }],
    ['another client', { caller: { ...CALLER, subject: 'client:2', client: 'partner' } }],
    ['other scopes', { caller: { ...CALLER, scopes: [] } }],
    ['a later time', { deadlineAt: 3_001 }],
  ])('are sent apart for %s', (_what, given, operation, variables) => {
    const held = new Held()
    void held.ask()
    void held.ask(given, operation, variables)
    expect(held.sent).toHaveLength(2)
  })

  it.each([
    ['predict', QUERY],
    ['change something', MUTATION],
  ])('are sent apart where they %s', (_what, operation) => {
    const held = new Held()
    void held.ask({}, operation)
    void held.ask({}, operation)
    expect(held.sent).toHaveLength(2)
  })

  it('are sent anew after a mutation, whose effect the fetch under way may not have seen', async () => {
    const held = new Held()
    void held.ask()
    const changed = held.ask({}, MUTATION)
    held.sent[1]!.answer({ ok: true })
    await changed
    void held.ask()
    expect(held.sent).toHaveLength(3)
  })

  it('fail together, and the next one is sent anew', async () => {
    const held = new Held()
    const asked = [held.ask(), held.ask()]
    held.sent[0]!.fail()
    for (const one of asked) await expect(one).rejects.toThrow('It is gone.')
    void held.ask()
    expect(held.sent).toHaveLength(2)
  })

  it('go on until the last client has gone', () => {
    const held = new Held()
    const clients = [new AbortController(), new AbortController()]
    for (const { signal } of clients) void held.ask({ signal })
    const [sent] = held.sent
    clients[0]!.abort()
    expect(sent!.context.signal.aborted).toBe(false)
    clients[1]!.abort()
    expect(sent!.context.signal.aborted).toBe(true)
    void held.ask()
    expect(held.sent).toHaveLength(2)
  })
})

describe('a gateway', () => {
  let clinic: Clinic
  beforeAll(async () => {
    clinic = await startClinic()
  })
  afterAll(() => clinic.stop())

  it('shares what is asked of entities and the query, but no prediction', async () => {
    const key = clinic.keyFor('patient:read', 'predict:risk')
    const query = '{ patient(id: "4") { name risk } }'
    await ask(clinic, key, query)
    const [patients, risk] = [clinic.patients.fetches, clinic.risk.fetches]
    const replies = await Promise.all(Array.from({ length: 6 }, () => ask(clinic, key, query)))
    for (const reply of replies) expect(reply.data).toEqual({ patient: { name: 'patient 4', risk: 0.4 } })
    expect(clinic.patients.fetches - patients).toBeLessThan(6)
    expect(clinic.risk.fetches - risk).toBe(6)
  })
})
