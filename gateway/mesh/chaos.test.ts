import { setInterval } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CALLER, QUERY } from '../testing/mesh-bench.js'
import { type Mood, MoodyReplica } from '../testing/moody-replica.js'
import { OPEN_TERMS } from '../testing/terms.js'
import { startTestMesh } from '../testing/test-mesh.js'

const SECRET = 'the mesh secret of the chaos test'
/** 200 fetches per second: one every so many milliseconds. */
const EVERY_MS = 5
const DEADLINE_MS = 2_000
const TIMEOUT_MS = 400
/** What a busy machine may add. */
const TOLERANCE_MS = 2_000
/** Fetches whose other tries are late as well, on a busy machine. */
const UNLUCKY = 2
const ANSWERED = 'answered'

const replicas = [new MoodyReplica(), new MoodyReplica(), new MoodyReplica()]
const retry = { percent: 20, minPerSecond: 10 }
const { mesh, stop } = startTestMesh(SECRET, { timeoutMs: TIMEOUT_MS, retry })
let subgraph: { name: string; url: string }

beforeAll(async () => {
  await Promise.all(replicas.map(({ server }) => server.start()))
  subgraph = { name: 'risk', url: replicas[0]!.url }
  mesh.useReplicas(new Map([['risk', replicas.slice(1).map(({ url }) => url)]]))
  expect(await load(3)).toEqual([ANSWERED, ANSWERED, ANSWERED])
})

afterAll(async () => {
  await stop()
  await Promise.all(replicas.map(({ server }) => server.stop()))
})

/** Sends fetches at their pace, whatever becomes of them; answers what became of each. */
async function load(fetches: number): Promise<string[]> {
  const outcomes: Promise<string>[] = []
  for await (const _ of setInterval(EVERY_MS)) {
    outcomes.push(fetchOnce())
    if (outcomes.length === fetches) break
  }
  return Promise.all(outcomes)
}

async function fetchOnce(): Promise<string> {
  const deadlineAt = Date.now() + DEADLINE_MS
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
  return Date.now() > deadlineAt + TOLERANCE_MS ? 'past its deadline' : outcome
}

const counters = () => mesh.counters().risk!
const failures = (outcomes: readonly string[]) => outcomes.filter((outcome) => outcome !== ANSWERED)

/** Goes on loading until something has happened. */
async function loadUntil(happened: () => boolean): Promise<string[]> {
  const outcomes: string[] = []
  while (!happened()) outcomes.push(...(await load(20)))
  return outcomes
}

describe('three replicas under load', () => {
  const moods: readonly (readonly [Mood, number])[] = [
    ['hangs', 1],
    ['answers 503', 2],
    ['answers garbage', 0],
    ['resets connections', 1],
  ]
  it.each(moods)('answer every fetch while one %s, which is soon given nothing more', async (mood, which) => {
    const sick = replicas[which]!
    sick.suffered = 0
    sick.mood = mood
    const outcomes = await loadUntil(() => counters().ejectedReplicas > 0)
    const { retries, retriesDenied } = counters()
    expect(failures(outcomes).length).toBeLessThanOrEqual(retriesDenied + UNLUCKY)
    expect(sick.suffered).toBeLessThanOrEqual(30)
    const later = await load(60)
    expect(failures(later)).toEqual([])
    expect(counters().retries - retries).toBeLessThanOrEqual(2)
    sick.mood = 'well'
    await loadUntil(() => counters().ejectedReplicas === 0)
  })

  it('answer every fetch while one is killed, and have it back when it is back', async () => {
    const [killed] = replicas
    const loading = loadUntil(() => counters().ejectedReplicas > 0)
    await killed!.server.stop()
    expect(failures(await loading)).toEqual([])
    await killed!.server.start()
    await loadUntil(() => counters().ejectedReplicas === 0)
    expect(failures(await load(60))).toEqual([])
  })

  it('leave nothing behind', async () => {
    expect(counters()).toMatchObject({ inFlight: 0, ejectedReplicas: 0, replicas: 3 })
  })
})
