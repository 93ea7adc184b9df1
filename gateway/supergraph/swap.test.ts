import { setImmediate as nextTurn } from 'node:timers/promises'
import { ApolloServer } from '@apollo/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../shared/telemetry/log.js'
import { EntityCache } from '../execution/entity-cache.js'
import { Planner } from '../planner/planner.js'
import { NAMED_RULES } from '../policy/rules.js'
import type { RequestContext } from '../request-context.js'
import { openLimits } from '../testing/open-limits.js'
import { OPEN_TERMS } from '../testing/terms.js'
import { ask, type Clinic, codes, type Reply, SECRET, startClinic } from '../testing/test-gateway.js'
import { startTestMesh } from '../testing/test-mesh.js'
import { MeshGateway } from './mesh-gateway.js'

const SWAPS = 24
const QUERY = '{ hello patient(id: "1") { id name risk } }'
/** Valid on every other version only. */
const NEXT_QUERY = '{ hello riskClass }'

describe('publishing under load', () => {
  let clinic: Clinic
  let key: string
  beforeAll(async () => {
    clinic = await startClinic()
    key = clinic.keyFor('patient:read', 'predict:risk')
  })
  afterAll(() => clinic.stop())

  it('fails no request over 12 swaps with 8 clients', async () => {
    let swapping = true
    const replies: Reply[] = []
    const clients = Array.from({ length: 8 }, async (_, client) => {
      for (let turn = client; swapping; turn++) replies.push(await ask(clinic, key, turn % 3 ? QUERY : NEXT_QUERY))
    })
    for (let swap = 1; swap <= 12; swap++) {
      clinic.registry.publish(clinic.sdl(swap % 2 ? 'supergraph-next' : 'supergraph'))
      await clinic.poll()
    }
    swapping = false
    await Promise.all(clients)
    const answered = replies.filter(({ data }) => data)
    expect(replies.filter((reply) => isFailure(reply))).toEqual([])
    expect(answered.length).toBeGreaterThan(12)
    expect(answered.some(({ data }) => data?.riskClass === 'low')).toBe(true)
  })

  it('shows a published field without a restart, and a field that is gone no more', async () => {
    clinic.registry.publish(clinic.sdl('supergraph-next'))
    await clinic.poll()
    expect((await ask(clinic, key, NEXT_QUERY)).data).toEqual({ hello: 'world', riskClass: 'low' })
    clinic.registry.publish(clinic.sdl('supergraph'))
    await clinic.poll()
    expect(codes(await ask(clinic, key, NEXT_QUERY))).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })

  it('refuses a supergraph that cannot be served, says so once, and keeps the one before', async () => {
    clinic.registry.publish('type Query { this is no supergraph }')
    await clinic.poll()
    await clinic.poll()
    expect((await ask(clinic, key, QUERY)).errors).toEqual([])
    expect(clinic.lines.filter(({ msg }) => String(msg).startsWith('refused a supergraph'))).toHaveLength(1)
    clinic.registry.publish(clinic.sdl('supergraph-next'))
    await clinic.poll()
    expect((await ask(clinic, key, NEXT_QUERY)).errors).toEqual([])
  })
})

describe('a swap between validation and execution', () => {
  let clinic: Clinic
  beforeAll(async () => {
    clinic = await startClinic()
  })
  afterAll(() => clinic.stop())

  it('fails no request over 24 swaps with 12 clients and an asynchronous hook', async () => {
    const planner = new Planner()
    const entities = new EntityCache({ entries: 0, bytes: 0 })
    const { mesh, stop } = startTestMesh(SECRET)
    const graph = new MeshGateway({
      planner,
      mesh,
      keepOnly: (subgraphs) => mesh.keepOnly(subgraphs),
      entities,
      limits: openLimits(),
      rules: { named: NAMED_RULES, operator: {} },
      explaining: { admit: () => {}, client: async () => undefined, environment: 'test', house: new Map() },
      log: createLog('swap', 'silent'),
    })
    const slowHook = { requestDidStart: async () => ({ didResolveOperation: () => turns(20) }) }
    const server = new ApolloServer<RequestContext>({ gateway: graph, plugins: [slowHook], nodeEnv: 'production' })
    const started = server.start()
    await graph.publish({ sdl: clinic.sdl('supergraph-next'), version: 1 })
    await started
    let swapping = true
    const failures: unknown[] = []
    let answered = 0
    const clients = Array.from({ length: 12 }, async (_, client) => {
      for (let turn = client; swapping; turn++) {
        const { body } = await server.executeOperation(
          { query: turn % 3 ? QUERY : NEXT_QUERY },
          { contextValue: context() },
        )
        if (body.kind !== 'single') continue
        const { data, errors } = body.singleResult
        if (data && !errors) answered += 1
        else if (errors?.[0]?.extensions?.code !== 'GRAPHQL_VALIDATION_FAILED') failures.push(errors)
      }
    })
    for (let version = 2; version <= SWAPS + 1; version++) {
      await graph.publish({ sdl: clinic.sdl(version % 2 ? 'supergraph-next' : 'supergraph'), version })
      await turns(3)
    }
    swapping = false
    await Promise.all(clients)
    await server.stop()
    await stop()
    await planner.close()
    expect(failures).toEqual([])
    expect(answered).toBeGreaterThan(SWAPS)
  })
})

function isFailure(reply: Reply): boolean {
  return reply.errors.length > 0 && !(reply.errors.length === 1 && codes(reply)[0] === 'GRAPHQL_VALIDATION_FAILED')
}

function context(): RequestContext {
  return {
    requestId: 'swap-test',
    caller: { subject: 'client:1', client: 'one', scopes: ['admin'], environment: 'test' },
    terms: OPEN_TERMS,
    deadlineAt: Date.now() + 10_000,
    signal: new AbortController().signal,
    record: {},
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn()
}
