import { describe, expect, it } from 'vitest'
import { DEADLINE_HEADER, IDENTITY_HEADER, REQUEST_ID_HEADER } from '../../../shared/identity/claims.js'
import { verifyIdentity } from '../../../shared/identity/signing.js'
import { MAX_PARTS, PARTS_HEADER, SERVED_HEADER } from '../../../shared/mesh/protocol.js'
import { CALLER, MeshBench, MUTATION, QUERY } from '../../testing/mesh-bench.js'

const SECRET = 'the mesh secret of the mesh tests'

describe('fetches of one turn', () => {
  it('travel as one array, each with its own caller, request id and deadline, signed once', async () => {
    const bench = new MeshBench().sharing()
    const critical = { ...CALLER, subject: 'client:2', criticality: 'MISSION_CRITICAL' } as const
    bench.fetch({ variables: '{"id":"1"}' })
    bench.fetch({ caller: critical, requestId: 'request-2', deadlineAt: bench.time.now() + 120 })
    const [sent, ...more] = bench.sent()
    expect(more).toEqual([])
    expect(sent!.operations).toEqual([
      {
        query: QUERY.query,
        variables: { id: '1' },
        extensions: { modelgraph: { caller: CALLER, requestId: 'request-1', deadlineMs: 500 } },
      },
      {
        query: QUERY.query,
        extensions: { modelgraph: { caller: critical, requestId: 'request-2', deadlineMs: 120 } },
      },
    ])
    const { headers, body } = sent!.request
    const signed = { audience: 'risk', body: body!, now: bench.time.now() }
    expect(verifyIdentity(headers[IDENTITY_HEADER], signed, SECRET)).toMatchObject({ subject: 'service:gateway' })
    expect(headers[DEADLINE_HEADER]).toBe('500')
  })

  it('carry variables that came as bytes as they are', () => {
    const bench = new MeshBench().sharing()
    bench.fetch({ variables: [Buffer.from('{"name": '), Buffer.from('"é"}')] })
    const [alone] = bench.sent()
    expect(alone!.body).toContain('"variables":{"name": "é"},"extensions"')
    for (const variables of ['{"n":1}', [Buffer.from('{"n"'), Buffer.from(':2}')], undefined])
      bench.fetch({ variables })
    const [sent] = bench.sent()
    expect(sent!.operations.map(({ variables }) => variables)).toEqual([{ n: 1 }, { n: 2 }, undefined])
  })

  it('bring the trace that the client told of, where the gateway has none of its own', () => {
    const bench = new MeshBench().sharing()
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00'
    bench.fetch({ traceparent })
    bench.fetch()
    const extensions = bench.sent()[0]!.operations.map((operation) => operation.extensions?.modelgraph)
    expect(extensions).toMatchObject([{ traceparent }, { requestId: 'request-1' }])
    expect(extensions[1]).not.toHaveProperty('traceparent')
  })

  it('travel as an object when there is one only', () => {
    const bench = new MeshBench().sharing()
    bench.fetch()
    const [sent] = bench.sent()
    expect(sent!.isArray).toBe(false)
    expect(sent!.request.headers[REQUEST_ID_HEADER]).toBe('request-1')
  })

  it('travel in several requests when they are many or large, mutations and the largest alone', () => {
    const bench = new MeshBench({ maxInFlight: 1_000 }).sharing()
    for (let n = 0; n <= MAX_PARTS; n++) bench.fetch()
    expect(bench.sent().map(({ operations }) => operations.length)).toEqual([MAX_PARTS, 1])
    const variables = (length: number) => JSON.stringify({ image: 'x'.repeat(length) })
    for (let n = 0; n < 12; n++) bench.fetch({ variables: variables(90_000) })
    expect(bench.sent().map(({ operations }) => operations.length)).toEqual([11, 1])
    bench.fetch({ operation: MUTATION })
    bench.fetch({ variables: variables(110_000) })
    bench.fetch()
    bench.fetch()
    expect(bench.sent().map(({ operations }) => operations.length)).toEqual([1, 1, 2])
  })

  it('wait for no request that is under way', () => {
    const bench = new MeshBench().sharing()
    bench.fetch()
    expect(bench.sent()).toHaveLength(1)
    bench.fetch()
    bench.fetch()
    expect(bench.sent().map(({ operations }) => operations.length)).toEqual([2])
  })

  it('are not sent when nobody waits any more', () => {
    const bench = new MeshBench().sharing()
    const client = new AbortController()
    bench.fetch({ signal: client.signal })
    client.abort()
    expect(bench.sent()).toEqual([])
  })
})

describe('an answer to many', () => {
  it('is passed on as bytes where its subgraph says that there are no errors', async () => {
    const bench = new MeshBench().sharing()
    const fetched = [bench.fetch(), bench.fetch()]
    const parts = ['{"data":{"name":"Zoë"}}', '{"errors":[{"message":"no"}],"data":{"ok":null}}']
    const served = JSON.stringify([[['risk', 3, 2, 1]], null])
    const headers = { [PARTS_HEADER]: `${Buffer.byteLength(parts[0]!)},${parts[1]!.length}e`, [SERVED_HEADER]: served }
    bench.sent()[0]!.answer(`[${parts.join()}]`, headers)
    await bench.settle()
    expect(fetched.map(({ answer }) => answer?.bytes?.toString())).toEqual([parts[0], undefined])
    expect(fetched.map(({ answer }) => answer?.read())).toEqual(parts.map((part) => JSON.parse(part)))
    expect(fetched.map(({ answer }) => answer?.served)).toEqual([[['risk', 3, 2, 1]], []])
  })

  it.each([
    ['states no lengths', {}],
    ['states wrong lengths', { [PARTS_HEADER]: '13,14' }],
    ['tells nonsense of what was predicted', { [SERVED_HEADER]: '[["risk"],null]' }],
  ])('is parsed when it %s', async (_what, headers) => {
    const bench = new MeshBench().sharing()
    const fetched = [bench.fetch(), bench.fetch()]
    bench.sent()[0]!.answer('[{"data":{"n":1}}, {"data":{"n":2}}]', headers)
    await bench.settle()
    expect(fetched.map(({ answer }) => [answer?.bytes, answer?.read().data, answer?.served])).toEqual([
      [undefined, { n: 1 }, []],
      [undefined, { n: 2 }, []],
    ])
  })

  it('that is one refusal is the answer of each', async () => {
    const bench = new MeshBench().sharing()
    const fetched = [bench.fetch(), bench.fetch()]
    bench.sent()[0]!.answer({ errors: [{ message: 'who are you' }] }, {}, 401)
    await bench.settle()
    expect(fetched.map(({ answer }) => answer?.read().errors?.[0]?.message)).toEqual(['who are you', 'who are you'])
  })

  it('that does not say that it knows parts makes them travel one by one', async () => {
    const bench = new MeshBench()
    const forms = () => {
      bench.fetch()
      bench.fetch()
      return bench.sent()
    }
    const strangers = forms()
    expect(strangers.map(({ isArray }) => isArray)).toEqual([false, false])
    for (const sent of strangers) sent.answer({ data: {} })
    const [one, other] = forms()
    expect(other!.isArray).toBe(false)
    one!.answer('{"data":{}}', { [PARTS_HEADER]: '11' })
    const [together] = forms()
    expect(together!.isArray).toBe(true)
    together!.succeed()
    expect(forms()).toHaveLength(2)
  })

  it('fails only the part that is no GraphQL', async () => {
    const bench = new MeshBench().sharing()
    const fetched = [bench.fetch(), bench.fetch()]
    bench.sent()[0]!.answer([{ data: { ok: true } }, { data: 7 }])
    await bench.settle()
    expect(fetched.map(({ answer, error }) => error?.code ?? answer?.read().data)).toEqual([
      { ok: true },
      'SUBGRAPH_UNAVAILABLE',
    ])
  })

  it('that lies about its bytes fails when it is read', async () => {
    const bench = new MeshBench().sharing()
    const fetched = bench.fetch()
    bench.sent()[0]!.answer('{oops}', { [PARTS_HEADER]: '6' })
    await bench.settle()
    expect(() => fetched.answer?.read()).toThrow('The subgraph risk answered no GraphQL.')
  })
})

describe('a part', () => {
  it('is waited for until its own deadline, and the request until the last of them', async () => {
    const bench = new MeshBench().sharing()
    const short = bench.fetch({ deadlineAt: bench.time.now() + 100 })
    const long = bench.fetch({ deadlineAt: bench.time.now() + 300 })
    const [sent] = bench.sent()
    bench.time.advance(100)
    await bench.settle()
    expect([short.error?.code, long.error]).toEqual(['DEADLINE_EXCEEDED', undefined])
    expect(sent!.isBrokenOff).toBe(false)
    bench.time.advance(200)
    await bench.settle()
    expect(long.error?.message).toBe('The subgraph risk did not answer within 300 ms.')
    expect([sent!.isBrokenOff, bench.time.pending]).toEqual([true, 0])
  })

  it('that nobody waits for lets the others have their answer; the last one breaks the request off', async () => {
    const bench = new MeshBench().sharing()
    const clients = [new AbortController(), new AbortController()]
    const fetched = clients.map(({ signal }) => bench.fetch({ signal }))
    const [sent] = bench.sent()
    clients[0]!.abort()
    expect(sent!.isBrokenOff).toBe(false)
    clients[1]!.abort()
    expect([sent!.isBrokenOff, bench.time.pending, bench.counters.inFlight]).toEqual([true, 0, 0])
    await bench.settle()
    expect(fetched.map(({ error }) => error?.code)).toEqual(['SUBGRAPH_UNAVAILABLE', 'SUBGRAPH_UNAVAILABLE'])
    expect(bench.counters.fetches.abandoned).toBe(2)
  })

  it('is not sent when its deadline is over', async () => {
    const bench = new MeshBench().sharing()
    const fetched = bench.fetch({ deadlineAt: bench.time.now() })
    await bench.settle()
    expect([fetched.error?.code, bench.sent()]).toEqual(['DEADLINE_EXCEEDED', []])
  })
})
