import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { generateApiKey } from '../../../shared/identity/api-key.js'
import type { Criticality } from '../../../shared/identity/claims.js'
import { NAMED_RULES } from '../../policy/rules.js'
import { allow } from '../../policy/shield.js'
import { keyHolder } from '../../testing/key-holder.js'
import { ask, type Clinic, codes, startClinic } from '../../testing/test-gateway.js'
import { LoopDelay } from './loop-delay.js'
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
  const shedderAt = (lastingMs: number) =>
    new Shedder({ maxRequests: 100, maxDelayMs: 200, delay: { lastingMs }, random: () => 0.5 })
  const run = (shedder: Shedder, criticality: Criticality) => shedder.run(criticality, async () => 'done')

  it('sheds by the delay of the event loop all but mission-critical clients', async () => {
    expect(shedderAt(99).refuseBatch()).toBeUndefined()
    expect(shedderAt(100).refuseBatch()).toMatchObject({ code: 'OVERLOADED', details: { retryAfterMs: 1_000 } })
    expect(await run(shedderAt(149), 'INTERNAL')).toBe('done')
    await expect(run(shedderAt(150), 'INTERNAL')).rejects.toMatchObject({ code: 'OVERLOADED' })
    expect(await run(shedderAt(5_000), 'MISSION_CRITICAL')).toBe('done')
  })

  it('counts what is under way, and what it refused', async () => {
    const shedder = shedderAt(180)
    const inside = await shedder.run('MISSION_CRITICAL', async () => shedder.counters())
    expect(inside).toEqual({ underWay: 1, delayMs: 180, refused: { BATCH: 0, INTERNAL: 0, MISSION_CRITICAL: 0 } })
    await expect(run(shedder, 'INTERNAL')).rejects.toThrow()
    await expect(shedder.run('MISSION_CRITICAL', () => Promise.reject(new Error('fails')))).rejects.toThrow('fails')
    expect(shedder.counters()).toMatchObject({ underWay: 0, refused: { INTERNAL: 1 } })
  })
})

describe('the delay of the event loop', () => {
  it('is what has lasted: one slow turn is none', async () => {
    const late = [400, 0, 0, 0, 90, 80, 300, 70]
    const seen: number[] = []
    let now = 0
    const delay: LoopDelay = new LoopDelay({
      now: () => now,
      pause: async (ms, signal) => {
        seen.push(delay.lastingMs)
        const next = late.shift()
        if (next === undefined) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        else now += ms + next
      },
    })
    delay.start()
    await vi.waitFor(() => expect(late).toEqual([]))
    await delay.stop()
    expect(seen).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 70])
  })
})
