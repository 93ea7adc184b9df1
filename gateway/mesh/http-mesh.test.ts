import { describe, expect, it } from 'vitest'
import { CALLER, MeshBench, MUTATION, RISK } from '../testing/mesh-bench.js'

const ONE = 'http://one.invalid'
const TWO = 'http://two.invalid'

const overloaded = (details: object = { retryAfterMs: 40 }) => ({
  data: null,
  errors: [{ message: 'The queue is full.', extensions: { code: 'OVERLOADED', ...details } }],
})

describe('a query that fails', () => {
  it.each([
    ['is refused the connection', (bench: MeshBench) => bench.sent(ONE)[0]!.fail('ECONNREFUSED')],
    ['loses the connection', (bench: MeshBench) => bench.sent(ONE)[0]!.fail()],
    ['gets no GraphQL', (bench: MeshBench) => bench.sent(ONE)[0]!.answer('<h1>hello</h1>')],
    ['gets 503', (bench: MeshBench) => bench.sent(ONE)[0]!.answer({ errors: [{ message: 'draining' }] }, {}, 503)],
    ['gets no answer in time', (bench: MeshBench) => bench.time.advance(500)],
    ['meets a full queue', (bench: MeshBench) => bench.sent(ONE)[0]!.answer(overloaded())],
  ])('because it %s is asked of another replica', async (_what, fault) => {
    const bench = new MeshBench().withReplicas(2)
    const fetched = bench.fetch()
    fault(bench)
    const [again] = bench.sent(TWO)
    again!.succeed()
    await bench.settle()
    expect(fetched.answer?.read().data).toEqual({ ok: true })
    expect(bench.counters).toMatchObject({ retries: 1, inFlight: 0, fetches: { answered: 1 } })
  })

  it('is asked of three replicas at most, each once', async () => {
    const bench = new MeshBench().withReplicas(3)
    const fetched = bench.fetch()
    const asked: string[] = []
    for (let [sent] = bench.sent(); sent; [sent] = bench.sent()) {
      asked.push(sent.request.origin)
      sent.fail()
    }
    await bench.settle()
    expect(new Set(asked).size).toBe(3)
    expect(asked).toHaveLength(3)
    expect(fetched.error).toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
      message: 'The subgraph risk broke the connection.',
      details: { subgraph: 'risk' },
    })
  })

  it('is asked of the only replica again when the connection broke, once, and not otherwise', async () => {
    const bench = new MeshBench()
    const fetched = bench.fetch()
    bench.sent()[0]!.fail()
    bench.sent()[0]!.fail()
    expect(bench.sent()).toEqual([])
    await bench.settle()
    expect(fetched.error?.code).toBe('SUBGRAPH_UNAVAILABLE')
    bench.fetch()
    bench.sent()[0]!.fail('ECONNREFUSED')
    expect(bench.sent()).toEqual([])
  })

  it('is not asked again beyond the budget', async () => {
    const bench = new MeshBench({ retry: { percent: 10, minPerSecond: 1 } }).sharing().withReplicas(2)
    const fetched = Array.from({ length: 10 }, () => bench.fetch())
    for (const sent of bench.sent()) sent.fail()
    const again = bench.sent().flatMap(({ operations }) => operations)
    expect(again).toHaveLength(2)
    await bench.settle()
    expect(fetched.filter(({ error }) => error?.code === 'SUBGRAPH_UNAVAILABLE')).toHaveLength(8)
    expect(bench.counters).toMatchObject({ retries: 2, retriesDenied: 8 })
  })

  it('is not asked again after its deadline, and no try outlives it', async () => {
    const bench = new MeshBench().withReplicas(3)
    const fetched = bench.fetch({ deadlineAt: bench.time.now() + 700 })
    bench.time.advance(500)
    expect(bench.network.sent.map(({ isBrokenOff }) => isBrokenOff)).toEqual([true, false])
    expect(bench.sent().at(-1)!.operations[0]!.extensions.modelgraph.deadlineMs).toBe(350)
    bench.time.advance(200)
    expect(bench.sent()).toEqual([])
    await bench.settle()
    expect(fetched.error?.code).toBe('DEADLINE_EXCEEDED')
  })

  it('with a full queue everywhere is answered as the subgraph answered', async () => {
    const bench = new MeshBench().withReplicas(2)
    const fetched = bench.fetch()
    bench.sent(ONE)[0]!.answer(overloaded())
    bench.sent(TWO)[0]!.answer(overloaded({ retryAfterMs: 70 }))
    await bench.settle()
    expect(fetched.answer?.read().errors?.[0]?.extensions).toEqual({ code: 'OVERLOADED', retryAfterMs: 70 })
    expect(bench.counters.fetches.overloaded).toBe(1)
  })

  it('with a full queue that says not when to come back is left alone', async () => {
    const bench = new MeshBench().withReplicas(2)
    const fetched = bench.fetch()
    bench.sent(ONE)[0]!.answer(overloaded({}))
    expect(bench.sent()).toEqual([])
    await bench.settle()
    expect(fetched.answer?.read().errors).toHaveLength(1)
  })
})

describe('a mutation', () => {
  it('is never sent twice', async () => {
    const bench = new MeshBench({ hedgeAfterMs: 10 }).withReplicas(2)
    const fetched = bench.fetch({ operation: MUTATION })
    bench.time.advance(100)
    const [sent, ...more] = bench.sent()
    expect(more).toEqual([])
    sent!.fail()
    expect(bench.sent()).toEqual([])
    await bench.settle()
    expect(fetched.error?.code).toBe('SUBGRAPH_UNAVAILABLE')
  })

  it('that was refused the connection has not been sent, and goes to another replica', async () => {
    const bench = new MeshBench().withReplicas(2)
    const fetched = bench.fetch({ operation: MUTATION })
    bench.sent(ONE)[0]!.fail('ECONNREFUSED')
    bench.sent(TWO)[0]!.succeed()
    await bench.settle()
    expect(fetched.answer?.read().data).toEqual({ ok: true })
  })
})

describe('a hedge', () => {
  it('asks a second replica when the first takes long, and takes the first answer', async () => {
    const bench = new MeshBench({ hedgeAfterMs: 50 }).withReplicas(2)
    const fetched = bench.fetch()
    const [slow] = bench.sent(ONE)
    bench.time.advance(50)
    const [quick] = bench.sent(TWO)
    quick!.succeed({ by: 'two' })
    await bench.settle()
    expect(fetched.answer?.read().data).toEqual({ by: 'two' })
    expect([slow!.isBrokenOff, bench.time.pending]).toEqual([true, 0])
    expect(bench.counters).toMatchObject({ hedges: 1, retries: 0, inFlight: 0 })
  })

  it('is not sent for an answer that is there in time, nor beyond the budget', () => {
    const bench = new MeshBench({ hedgeAfterMs: 50, retry: { percent: 0, minPerSecond: 0 } }).withReplicas(2)
    bench.fetch()
    bench.sent(ONE)[0]!.succeed()
    expect(bench.time.pending).toBe(0)
    bench.fetch()
    bench.time.advance(50)
    expect(bench.sent()).toHaveLength(1)
  })

  it('is sent at half of the time when nothing else is said, so that no replica can hang through it all', async () => {
    const bench = new MeshBench({ timeoutMs: 60_000, retry: { percent: 100, minPerSecond: 10 } }).withReplicas(2)
    for (let n = 0; n < 5; n++) {
      const fetched = bench.fetch({ deadlineAt: bench.time.now() + 2_000 })
      bench.time.advance(999)
      expect(bench.sent(TWO)).toEqual([])
      bench.time.advance(1)
      bench.sent(TWO)[0]!.succeed()
      await bench.settle()
      expect(fetched.answer?.read().data).toEqual({ ok: true })
    }
    expect(bench.counters).toMatchObject({ hedges: 5, ejections: 1 })
  })

  it('that fails waits for the other', async () => {
    const bench = new MeshBench({ hedgeAfterMs: 50 }).withReplicas(3)
    const fetched = bench.fetch()
    const [slow] = bench.sent(ONE)
    bench.time.advance(50)
    bench.sent()[0]!.fail()
    expect(bench.sent()).toEqual([])
    slow!.succeed()
    await bench.settle()
    expect(fetched.answer?.read().data).toEqual({ ok: true })
  })
})

describe('a replica that fails', () => {
  /** Lets the first replica fail until it is ejected; the second answers what is retried. */
  async function eject(bench: MeshBench): Promise<void> {
    for (let n = 0; n < 5; n++) {
      bench.fetch()
      bench.sent(ONE)[0]!.fail()
      for (const sent of bench.sent(TWO)) sent.succeed()
    }
    await bench.settle()
    expect(bench.counters).toMatchObject({ ejections: 1, ejectedReplicas: 1, replicas: 2 })
  }

  it('gets no more requests until it is ready by its own word, then a few, then all', async () => {
    const bench = new MeshBench({ retry: { percent: 100, minPerSecond: 100 } }).withReplicas(2)
    await eject(bench)
    expect(bench.lines).toMatchObject([{ replica: 'http://one.invalid/graphql', ejectedMs: 1_000 }])
    for (let n = 0; n < 10; n++) bench.fetch()
    expect(bench.sent(ONE)).toEqual([])
    for (const sent of bench.sent(TWO)) sent.succeed()
    bench.time.advance(1_000)
    const [check] = bench.sent(ONE)
    expect(check!.request).toMatchObject({ method: 'GET', path: '/health/ready' })
    check!.answer({ status: 'starting' }, {}, 503)
    bench.time.advance(1_000)
    bench.sent(ONE)[0]!.answer({ status: 'ready' })
    expect(bench.counters.ejectedReplicas).toBe(0)
    bench.chances.push(0.5)
    bench.fetch()
    bench.sent(TWO)[0]!.succeed()
    bench.chances.push(0.05, 0)
    bench.fetch()
    bench.sent(ONE)[0]!.succeed()
    bench.time.advance(5_000)
    bench.chances.push(0)
    bench.fetch()
    expect(bench.sent(ONE)).toHaveLength(1)
  })

  it('that hangs when it is checked stays away', async () => {
    const bench = new MeshBench({ retry: { percent: 100, minPerSecond: 100 } }).withReplicas(2)
    await eject(bench)
    bench.time.advance(1_000)
    const [check] = bench.sent(ONE)
    bench.time.advance(1_000)
    expect([check!.isBrokenOff, bench.counters.ejectedReplicas]).toEqual([true, 1])
    bench.time.advance(1_000)
    bench.sent(ONE)[0]!.fail('ECONNREFUSED')
    expect(bench.counters.ejectedReplicas).toBe(1)
  })

  it('is never the last one: the other goes on, however badly', async () => {
    const bench = new MeshBench({ retry: { percent: 0, minPerSecond: 0 } }).withReplicas(2)
    for (let n = 0; n < 40; n++) {
      bench.fetch()
      for (const sent of bench.sent()) sent.fail()
    }
    expect(bench.counters).toMatchObject({ ejections: 1, ejectedReplicas: 1 })
    bench.fetch()
    expect(bench.sent(TWO)).toHaveLength(1)
  })

  it('by hanging takes no more than its breaker', async () => {
    const bench = new MeshBench({ maxInFlight: 1_000, retry: { percent: 100, minPerSecond: 100 } }).withReplicas(2)
    let hanging = 0
    for (let n = 0; n < 200; n++) {
      bench.chances.push((n % 10) / 10, 0)
      bench.fetch()
      hanging += bench.sent(ONE).length
      for (const sent of bench.sent(TWO)) sent.succeed()
      await bench.settle()
      bench.time.advance(20)
      for (const sent of bench.sent(TWO)) sent.succeed()
    }
    expect(hanging).toBeLessThanOrEqual(8)
    expect(bench.counters.fetches).toMatchObject({ late: 0, unavailable: 0 })
  })

  it('is not judged by clients who go away', async () => {
    const bench = new MeshBench().withReplicas(2)
    for (let n = 0; n < 20; n++) {
      const client = new AbortController()
      bench.fetch({ signal: client.signal })
      bench.sent()
      client.abort()
    }
    expect(bench.counters).toMatchObject({ ejections: 0, fetches: { abandoned: 20 } })
  })
})

describe('too many fetches', () => {
  it('are refused at once, with the time to come back; critical callers last', async () => {
    const bench = new MeshBench({ maxInFlight: 10 })
    const caller = { ...CALLER, criticality: 'MISSION_CRITICAL' } as const
    const fetched = Array.from({ length: 10 }, () => bench.fetch())
    const critical = [bench.fetch({ caller }), bench.fetch({ caller })]
    await bench.settle()
    expect(fetched.map(({ error }) => error?.code)).toEqual([...Array(9).fill(undefined), 'OVERLOADED'])
    expect(critical.map(({ error }) => error?.code)).toEqual([undefined, 'OVERLOADED'])
    expect(fetched[9]!.error?.details).toEqual({ subgraph: 'risk', retryAfterMs: 50 })
    expect(bench.counters).toMatchObject({ inFlight: 10, fetches: { overloaded: 2 } })
    for (const sent of bench.sent()) sent.succeed()
    await bench.settle()
    expect(bench.counters.inFlight).toBe(0)
  })
})

describe('the replicas of a subgraph', () => {
  it('are its own URL and those that are registered, each once', () => {
    const bench = new MeshBench()
    bench.mesh.useReplicas(new Map([['risk', ['http://two.invalid/graphql', RISK.url]]]))
    expect(bench.mesh.urlsOf(RISK)).toEqual([RISK.url, 'http://two.invalid/graphql'])
  })

  it('that vanish finish what is under way, and their connections are closed', async () => {
    const bench = new MeshBench().withReplicas(2)
    bench.chances.push(0.9, 0)
    const fetched = bench.fetch()
    const [last] = bench.sent(TWO)
    bench.mesh.useReplicas(new Map())
    expect(bench.kept.at(-1)).toEqual(new Set([ONE]))
    last!.succeed()
    await bench.settle()
    expect(fetched.answer?.read().data).toEqual({ ok: true })
    bench.chances.push(0.9)
    bench.fetch()
    expect(bench.sent(TWO)).toEqual([])
  })

  it('of a subgraph that no supergraph holds are forgotten', () => {
    const bench = new MeshBench()
    bench.fetch()
    bench.mesh.keepOnly([{ name: 'patients', url: 'http://patients.invalid/graphql' }])
    expect(bench.kept.at(-1)).toEqual(new Set())
    expect(bench.mesh.counters()).toEqual({})
  })
})

describe('a mesh that stops', () => {
  it('takes nothing new and lets what is under way end', async () => {
    const bench = new MeshBench()
    const running = bench.fetch()
    const [sent] = bench.sent()
    let drained = false
    const draining = bench.mesh.drain().then(() => {
      drained = true
    })
    const refused = bench.fetch()
    await bench.settle()
    expect([refused.error?.code, drained, bench.sent()]).toEqual(['SUBGRAPH_UNAVAILABLE', false, []])
    sent!.succeed()
    await draining
    await bench.settle()
    expect(running.answer?.read().data).toEqual({ ok: true })
    expect(bench.time.pending).toBe(0)
  })
})
