import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { generateApiKey } from '../../../shared/identity/api-key.js'
import type { Criticality } from '../../../shared/identity/claims.js'
import { NAMED_RULES } from '../../policy/rules.js'
import { allow } from '../../policy/shield.js'
import { keyHolder } from '../../testing/key-holder.js'
import { ask, type Clinic, codes, startClinic } from '../../testing/test-gateway.js'
import { Shedder } from './shedder.js'

const ROOM = 20
const HELLO = '{ hello }'
const BATCH = 'mutation { rename(id: "1", name: "x") { risk } }'

describe('a gateway with more to do than it can', () => {
  let clinic: Clinic
  let internal: string
  let critical: string
  const held: ServerResponse[] = []
  beforeAll(async () => {
    clinic = await startClinic({
      config: {
        load: { maxRequests: ROOM, maxDelayMs: 60_000 },
        deadlineMs: 60_000,
        subgraphTimeoutMs: 60_000,
        sharesQueries: false,
      },
      rules: { named: { ...NAMED_RULES, renamer: allow } },
    })
    internal = keyOf('INTERNAL')
    critical = keyOf('MISSION_CRITICAL')
    for (const query of [HELLO, BATCH]) expect(codes(await ask(clinic, critical, query))).toEqual([])
    clinic.patients.disturbance = (_request, response) => void held.push(response)
  })
  afterAll(() => clinic.stop())

  const keyOf = (criticality: Criticality) => {
    const key = generateApiKey('test')
    const scopes = ['admin']
    clinic.registry.addKey(key, keyHolder({ clientId: criticality, client: criticality, scopes, criticality }))
    return key
  }

  /** Requests that a slow subgraph holds, each in a fetch of its own. */
  const holdMore = async (key: string, count: number) => {
    const replies: ReturnType<typeof ask>[] = []
    for (let more = 0; more < count; more++) {
      const before = held.length
      replies.push(ask(clinic, key, HELLO))
      await vi.waitFor(() => expect(held.length).toBe(before + 1), 10_000)
    }
    return replies
  }

  it('sheds batches first, internal clients next, and answers mission-critical ones', async () => {
    const waiting = await holdMore(internal, ROOM / 2 - 1)
    expect(codes(await ask(clinic, critical, BATCH))).toEqual(['OVERLOADED'])
    waiting.push(...(await holdMore(internal, ROOM / 4 + 1)))
    const shed = await ask(clinic, internal, HELLO)
    expect([shed.status, shed.errors[0]?.extensions]).toEqual([
      503,
      { code: 'OVERLOADED', retryAfterMs: expect.any(Number) },
    ])
    expect(shed.headers.get('retry-after')).toMatch(/^[12]$/)
    waiting.push(...(await holdMore(critical, ROOM / 4)))
    expect(codes(await ask(clinic, critical, HELLO))).toEqual(['OVERLOADED'])
    clinic.patients.disturbance = undefined
    for (const response of held.splice(0)) response.writeHead(200).end('{"data":{"hello":"late"}}')
    const answered = await Promise.all(waiting)
    expect(answered.map(({ data }) => data)).toEqual(Array(ROOM).fill({ hello: 'late' }))
    expect(codes(await ask(clinic, internal, BATCH))).toEqual([])
  })
})

describe('the shedder', () => {
  /** One that sees `arrivals` requests in a turn of its event loop. */
  const waiting = (arrivals = 200) => {
    const wait = { ms: 0, arrivals, together: arrivals, arrive: () => wait.ms }
    let now = 0
    const shedder = new Shedder({ maxRequests: 100, maxDelayMs: 10, wait, monotonic: () => now, random: () => 0.5 })
    const arrive = (waitMs: number, forMs = 0) => {
      wait.ms = waitMs
      now += forMs
      shedder.noteWait(shedder.arrive())
      return shedder.sheds
    }
    const later = (forMs: number) => {
      now += forMs
    }
    return { shedder, arrive, later }
  }
  const run = (shedder: Shedder, criticality: Criticality) => shedder.run(criticality, async () => 'done')

  it('lets a burst pass', async () => {
    const { shedder, arrive } = waiting()
    arrive(300)
    expect(arrive(40, 20)).toBe(false)
    expect(await run(shedder, 'INTERNAL')).toBe('done')
    arrive(9.9, 20)
    expect(arrive(300, 20)).toBe(false)
    expect(shedder.refuseBatch()).toBeUndefined()
  })

  it('holds a queue that stands to a fifth, for batches half of that, for critical ones to twenty times, until it has been short for a second', async () => {
    const { shedder, arrive } = waiting()
    arrive(10)
    expect(arrive(10, 25)).toBe(true)
    arrive(200)
    await expect(run(shedder, 'MISSION_CRITICAL')).rejects.toMatchObject({ code: 'OVERLOADED' })
    arrive(199)
    expect(await run(shedder, 'MISSION_CRITICAL')).toBe('done')
    arrive(2)
    await expect(run(shedder, 'INTERNAL')).rejects.toMatchObject({ code: 'OVERLOADED' })
    arrive(1.9)
    expect(await run(shedder, 'INTERNAL')).toBe('done')
    expect(shedder.refuseBatch()).toMatchObject({ code: 'OVERLOADED', details: { retryAfterMs: 1_000 } })
    arrive(0.9)
    expect(shedder.refuseBatch()).toBeUndefined()
    expect(arrive(1.9, 999)).toBe(true)
    expect(arrive(1.9, 1)).toBe(false)
  })

  it('takes no few requests for a queue, but those that each take very long', async () => {
    const { shedder, arrive } = waiting(16)
    arrive(199)
    expect(arrive(199, 10_000)).toBe(false)
    arrive(200)
    expect(arrive(200, 999)).toBe(false)
    expect(arrive(200, 1)).toBe(true)
    await expect(run(shedder, 'INTERNAL')).rejects.toMatchObject({ code: 'OVERLOADED' })
    arrive(199)
    expect(await run(shedder, 'INTERNAL')).toBe('done')
  })

  it('goes by how long the first has waited where requests wait in a queue', () => {
    const { shedder, later } = waiting(16)
    shedder.noteWait(24, 48)
    expect(shedder.refusesQueued('INTERNAL', 24)).toBe(false)
    later(25)
    shedder.noteWait(24, 48)
    expect(shedder.refusesQueued('INTERNAL', 1.9)).toBe(false)
    expect(shedder.refusesQueued('INTERNAL', 2)).toBe(true)
    expect(shedder.refusesQueued('MISSION_CRITICAL', 199)).toBe(false)
    expect(shedder.refusesQueued('MISSION_CRITICAL', 200)).toBe(true)
    expect(shedder.counters().refused).toEqual({ BATCH: 0, INTERNAL: 1, MISSION_CRITICAL: 1 })
  })

  it('takes a short queue for none, until one stands', () => {
    const { shedder, later } = waiting(16)
    for (const size of [47, 47, 48]) {
      shedder.noteWait(24, size)
      later(25)
    }
    expect(shedder.sheds).toBe(false)
    shedder.noteWait(24, 48)
    expect(shedder.sheds).toBe(true)
    later(999)
    shedder.noteWait(2, 1)
    later(999)
    shedder.noteWait(1, 1)
    expect(shedder.sheds).toBe(true)
  })

  it('lets less begin in a turn while a queue stands', () => {
    const { shedder, later } = waiting(16)
    const inATurn = (kind: Criticality) => [...Array(100).keys()].find((begun) => !shedder.begins(kind, begun))
    expect([shedder.crowded, inATurn('INTERNAL'), inATurn('MISSION_CRITICAL')]).toEqual([false, 32, 32])
    shedder.noteWait(24, 48)
    later(25)
    shedder.noteWait(24, 48)
    expect([shedder.crowded, inATurn('INTERNAL'), inATurn('MISSION_CRITICAL')]).toEqual([true, 8, 16])
  })

  it('counts what is under way, what it admitted and what it refused', async () => {
    const { shedder, arrive } = waiting()
    arrive(30)
    arrive(30, 30)
    await expect(run(shedder, 'INTERNAL')).rejects.toThrow()
    arrive(0)
    const inside = await shedder.run('MISSION_CRITICAL', async () => shedder.counters())
    expect(inside).toEqual({
      underWay: 1,
      limit: 100,
      congested: true,
      admitted: { BATCH: 0, INTERNAL: 0, MISSION_CRITICAL: 1 },
      refused: { BATCH: 0, INTERNAL: 1, MISSION_CRITICAL: 0 },
    })
    await expect(shedder.run('MISSION_CRITICAL', () => Promise.reject(new Error('fails')))).rejects.toThrow('fails')
    expect(shedder.counters().underWay).toBe(0)
  })
})
