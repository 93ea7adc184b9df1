import { setInterval } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CALLER, QUERY } from '../testing/mesh-bench.js'
import { type Mood, MoodyReplica } from '../testing/moody-replica.js'
import { OPEN_TERMS } from '../testing/terms.js'
import { startTestMesh } from '../testing/test-mesh.js'

const SECRET = 'the mesh secret of the chaos test'
/** 200 fetches per second: one every so many milliseconds. */
const EVERY_MS = 5
const DEADLINE_MS = 4_000
const TIMEOUT_MS = 800
/** What a busy machine may add. */
const TOLERANCE_MS = 2_000
/** From so long after a fault began, fetches are as quick as before it. */
const RECOVERY_MS = 5_000
/** A busy machine is not quick before a fault either. */
const SLOWER = 10
/** Fetches whose other tries are late as well, on a busy machine. */
const UNLUCKY = 2
const ANSWERED = 'answered'
const LATE = 'past its deadline'

interface Fetched {
  readonly outcome: string
  readonly startedAt: number
  readonly tookMs: number
}

const outcomesOf = (fetched: readonly Fetched[]) => fetched.map(({ outcome }) => outcome)
const failures = (fetched: readonly Fetched[]) => outcomesOf(fetched).filter((outcome) => outcome !== ANSWERED)

/** The 99th percentile of the latency, in milliseconds. */
function p99(fetched: readonly Fetched[]): number {
  const times = fetched.map(({ tookMs }) => tookMs).sort((a, b) => a - b)
  return times[Math.ceil(0.99 * times.length) - 1]!
}

/** Every fetch ended in time, and those after the recovery, of which there must be some, were as quick as before the fault. */
function expectRecovery(before: readonly Fetched[], after: readonly Fetched[], recoveredAt: number): void {
  expect(outcomesOf(after)).not.toContain(LATE)
  const recovered = after.filter(({ startedAt }) => startedAt >= recoveredAt)
  expect(p99(recovered)).toBeLessThanOrEqual(Math.max(TIMEOUT_MS, SLOWER * p99(before)))
}

describe.each([
  ['over HTTP', false],
  ['over links', true],
] as const)('three replicas under load %s', (_how, links) => {
  const replicas = [new MoodyReplica({ links }), new MoodyReplica({ links }), new MoodyReplica({ links })]
  const retry = { percent: 20, minPerSecond: 10 }
  const { mesh, stop } = startTestMesh(SECRET, { timeoutMs: TIMEOUT_MS, retry })
  const counters = () => mesh.counters().risk!
  let subgraph: { name: string; url: string }

  beforeAll(async () => {
    await Promise.all(replicas.map(({ server }) => server.start()))
    subgraph = { name: 'risk', url: replicas[0]!.url }
    mesh.useReplicas(new Map([['risk', replicas.map(({ url }) => url)]]))
    expect(failures(await loadUntil(() => counters().linkedReplicas === (links ? 3 : 0)))).toEqual([])
    expect(failures(await load(3))).toEqual([])
  })

  afterAll(async () => {
    await stop()
    await Promise.all(replicas.map(({ server }) => server.stop()))
  })

  /** Sends fetches at their pace, whatever becomes of them; answers what became of each. */
  async function load(fetches: number): Promise<Fetched[]> {
    const outcomes: Promise<Fetched>[] = []
    for await (const _ of setInterval(EVERY_MS)) {
      outcomes.push(fetchOnce())
      if (outcomes.length === fetches) break
    }
    return Promise.all(outcomes)
  }

  async function fetchOnce(): Promise<Fetched> {
    const startedAt = Date.now()
    const deadlineAt = startedAt + DEADLINE_MS
    const context = {
      requestId: 'chaos-1',
      caller: CALLER,
      terms: OPEN_TERMS,
      deadlineAt,
      signal: new AbortController().signal,
      record: {},
    }
    const answered = mesh.fetch({ subgraph, operation: QUERY, variables: undefined }, context)
    const outcome = await answered.then(
      ({ bytes }) => (bytes ? ANSWERED : 'answered in another form'),
      (error) => error.code,
    )
    const tookMs = Date.now() - startedAt
    return { outcome: tookMs > DEADLINE_MS + TOLERANCE_MS ? LATE : outcome, startedAt, tookMs }
  }

  /** Goes on loading until something has happened. */
  async function loadUntil(happened: () => boolean): Promise<Fetched[]> {
    const fetched: Fetched[] = []
    do fetched.push(...(await load(20)))
    while (!happened())
    return fetched
  }

  const moods: readonly (readonly [Mood, number])[] = [
    ['hangs', 1],
    ['answers 503', 2],
    ['answers garbage', 0],
    ['resets connections', 1],
  ]
  it.each(moods)('answer every fetch while one %s, which is soon given nothing more', async (mood, which) => {
    const sick = replicas[which]!
    const before = await load(60)
    sick.suffered = 0
    sick.mood = mood
    const latest = Date.now() + RECOVERY_MS
    const outcomes = await loadUntil(() => counters().ejectedReplicas > 0)
    const recoveredAt = Math.min(latest, Date.now())
    const { retries, retriesDenied } = counters()
    expect(failures(outcomes).length).toBeLessThanOrEqual(retriesDenied + UNLUCKY)
    expect(sick.suffered).toBeLessThanOrEqual(30)
    const later = await load(60)
    expect(failures(later)).toEqual([])
    expectRecovery(before, [...outcomes, ...later], recoveredAt)
    expect(counters().retries - retries).toBeLessThanOrEqual(2)
    sick.mood = 'well'
    await loadUntil(() => counters().ejectedReplicas === 0)
  })

  it('answer every fetch while one is killed, and have it back when it is back', async () => {
    const [killed] = replicas
    const before = await load(60)
    const loading = loadUntil(() => counters().ejectedReplicas > 0)
    await killed!.server.stop()
    const latest = Date.now() + RECOVERY_MS
    const outcomes = await loading
    const recoveredAt = Math.min(latest, Date.now())
    expect(failures(outcomes)).toEqual([])
    expectRecovery(before, [...outcomes, ...(await load(60))], recoveredAt)
    await killed!.server.start()
    await loadUntil(() => counters().ejectedReplicas === 0)
    expect(failures(await load(60))).toEqual([])
  })

  it('leave nothing behind, and are as they were', async () => {
    expect(counters()).toMatchObject({ inFlight: 0, ejectedReplicas: 0, replicas: 3 })
    await loadUntil(() => counters().linkedReplicas === (links ? 3 : 0))
  })
})
