import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { riskSubgraph } from './testing/clinic.js'
import { ask, type Clinic, type ClinicOptions, codes, SECRET, startClinic } from './testing/test-gateway.js'

const started: Clinic[] = []

async function clinicWith(options: ClinicOptions = {}): Promise<Clinic> {
  const clinic = await startClinic(options)
  started.push(clinic)
  return clinic
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((clinic) => clinic.stop()))
})

const status = async (clinic: Clinic, path: string) => {
  const response = await fetch(clinic.gateway.url + path)
  return { http: response.status, ...((await response.json()) as object) }
}

describe('without the registry', () => {
  it('goes on answering those it knows', async () => {
    const clinic = await clinicWith()
    const key = clinic.keyFor('predict:risk')
    await ask(clinic, key, '{ hello }')
    await clinic.registry.server.stop()
    await clinic.poll()
    await clinic.poll()
    expect((await ask(clinic, key, '{ hello patient(id: "2") { risk } }')).data).toEqual({
      hello: 'world',
      patient: { risk: 0.2 },
    })
    expect(clinic.lines.filter(({ msg }) => String(msg).startsWith('the registry does not answer'))).toHaveLength(1)
  })

  it('says to a key never seen that the registry does not answer', async () => {
    const clinic = await clinicWith()
    const key = clinic.keyFor('predict:risk')
    await clinic.registry.server.stop()
    const reply = await ask(clinic, key, '{ hello }')
    expect([reply.status, ...codes(reply)]).toEqual([503, 'REGISTRY_UNAVAILABLE'])
    await clinic.registry.server.start()
    expect((await ask(clinic, key, '{ hello }')).status).toBe(200)
  })

  it('starts with the supergraph it remembers, and follows the registry when it is back', async () => {
    const first = await clinicWith()
    await writeFile(join(first.dataFolder, 'supergraph.graphql.7.new'), 'half a fi')
    const clinic = await clinicWith({ withoutRegistry: true, dataFolder: first.dataFolder })
    expect(await status(clinic, '/health/ready')).toMatchObject({ http: 200, supergraph: 1 })
    await clinic.registry.server.start()
    clinic.registry.publish(clinic.sdl('supergraph-next'))
    await clinic.poll()
    expect((await ask(clinic, clinic.keyFor(), '{ riskClass }')).data).toEqual({ riskClass: 'low' })
  })

  it('serves nothing of another environment, nor what it cannot read', async () => {
    const first = await clinicWith()
    const config = { environment: 'production' } as const
    const other = await clinicWith({ withoutRegistry: true, dataFolder: first.dataFolder, config })
    expect(await status(other, '/health/ready')).toMatchObject({ http: 503, supergraph: null })
    await writeFile(join(first.dataFolder, 'supergraph.graphql'), '# supergraph 1 of test\ntype {')
    const torn = await clinicWith({ withoutRegistry: true, dataFolder: first.dataFolder })
    expect(await status(torn, '/health/ready')).toMatchObject({ http: 503, supergraph: null })
  })

  it('is alive but not ready before its first supergraph, and takes it as soon as there is one', async () => {
    const clinic = await clinicWith({ withoutRegistry: true })
    expect(await status(clinic, '/health/live')).toMatchObject({ status: 'live' })
    await clinic.registry.server.start()
    const key = clinic.keyFor()
    expect(codes(await ask(clinic, key, '{ hello }'))).toEqual(['REGISTRY_UNAVAILABLE'])
    await clinic.poll()
    expect((await ask(clinic, key, '{ hello }')).data).toEqual({ hello: 'world' })
  })
})

describe('without a subgraph', () => {
  it('fails its fields, answers the others, and has it back when it is back', async () => {
    const clinic = await clinicWith()
    const key = clinic.keyFor('predict:risk')
    const query = '{ hello fails patients { id risk } }'
    await clinic.risk.server.stop()
    const reply = await ask(clinic, key, query)
    expect(reply.status).toBe(200)
    expect(reply.data).toMatchObject({ hello: 'world', fails: null, patients: [{ id: '1', risk: null }, {}, {}] })
    expect(reply.errors.map(({ path }) => path?.join('.')).sort()).toEqual([
      'fails',
      'patients.0.risk',
      'patients.1.risk',
      'patients.2.risk',
    ])
    for (const { message, extensions } of reply.errors) {
      expect(message).toBe('The subgraph risk accepts no connections.')
      expect(extensions).toEqual({ code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'risk' })
    }
    await clinic.risk.server.start()
    expect((await ask(clinic, key, '{ patients { risk } }')).errors).toEqual([])
  })

  it('is asked at the replicas that the registry knows', async () => {
    const clinic = await clinicWith()
    const key = clinic.keyFor('predict:risk')
    const replica = riskSubgraph(SECRET)
    await replica.server.start()
    await clinic.risk.server.stop()
    clinic.registry.useReplicas([{ subgraph: 'risk', replica: 'r2', url: replica.server.url, startedAt: 1 }])
    const risk = async () => (await ask(clinic, key, '{ patient(id: "2") { risk } }')).data
    await vi.waitFor(async () => expect(await risk()).toEqual({ patient: { risk: 0.2 } }))
    expect(await status(clinic, '/health/ready')).toMatchObject({ http: 200 })
    await replica.server.stop()
  })

  it('is waited for, and the log says how long', async () => {
    const clock = { now: Date.now() }
    const clinic = await clinicWith({ now: () => clock.now })
    clinic.risk.disturbance = (_request, response) => {
      clock.now += 250
      response.end('{"data":{"fails":null}}')
    }
    await ask(clinic, clinic.keyFor(), 'query Slow { fails }')
    const line = () => clinic.lines.find(({ operationName }) => operationName === 'Slow')
    await vi.waitFor(() => expect(line()).toMatchObject({ durationMs: 250 }))
  })

  it('is not ready, and says which is missing', async () => {
    const clock = { now: Date.now() }
    const clinic = await clinicWith({ now: () => clock.now })
    expect(await status(clinic, '/health/ready')).toMatchObject({ status: 'ready' })
    await clinic.risk.server.stop()
    expect(await status(clinic, '/health/ready')).toMatchObject({ status: 'ready' })
    clock.now += 1_000
    expect(await status(clinic, '/health/ready')).toEqual({
      http: 503,
      status: 'not ready',
      supergraph: 1,
      subgraphs: { patients: 'live', risk: 'unreachable' },
    })
  })

  const disturbances = [
    ['answers 500', 'SUBGRAPH_UNAVAILABLE', (_request, response) => response.writeHead(500).end('<h1>oops</h1>')],
    ['answers no GraphQL', 'SUBGRAPH_UNAVAILABLE', (_request, response) => response.end('{"data": 7}')],
    ['answers half', 'SUBGRAPH_UNAVAILABLE', (_request, response) => response.end('{"data": {"fai')],
    ['cuts the connection', 'SUBGRAPH_UNAVAILABLE', (request) => request.socket.destroy()],
    ['never answers', 'DEADLINE_EXCEEDED', () => {}],
    [
      'distrusts the gateway',
      'INTERNAL_SERVER_ERROR',
      (_request, response) =>
        response.end('{"errors":[{"message":"bad signature","extensions":{"code":"UNAUTHENTICATED"}}]}'),
    ],
    [
      'answers a code of its own',
      'INTERNAL_SERVER_ERROR',
      (_request, response) =>
        response.end(
          '{"data":null,"errors":[{"message":"at /srv/x.js","extensions":{"code":"E42","http":{"status":418}}}]}',
        ),
    ],
  ] satisfies ReadonlyArray<readonly [string, string, NonNullable<Clinic['risk']['disturbance']>]>
  it.each(disturbances)('that %s is %s for its fields alone', async (_what, code, disturbance) => {
    const clinic = await clinicWith({ config: { subgraphTimeoutMs: 150 } })
    clinic.risk.disturbance = disturbance
    const reply = await ask(clinic, clinic.keyFor(), '{ hello fails }')
    expect(reply.status).toBe(200)
    expect(reply.data).toEqual({ hello: 'world', fails: null })
    expect(codes(reply)).toEqual([code])
    expect(JSON.stringify(reply)).not.toMatch(/oops|bad signature|srv/)
  })

  it('spends no more than the deadline of the operation', async () => {
    const clinic = await clinicWith({ config: { deadlineMs: 100 } })
    clinic.risk.disturbance = () => {}
    const reply = await ask(clinic, clinic.keyFor(), '{ fails }')
    expect(codes(reply)).toEqual(['DEADLINE_EXCEEDED'])
    expect(reply.errors[0]).toMatchObject({ path: ['fails'], extensions: { subgraph: 'risk' } })
  })

  it('lets go of a call whose client has gone', async () => {
    const clinic = await clinicWith()
    const key = clinic.keyFor()
    const client = new AbortController()
    const released = new Promise<void>((resolve) => {
      clinic.risk.disturbance = (request) => {
        request.socket.once('close', () => resolve())
        client.abort()
      }
    })
    const request = fetch(`${clinic.gateway.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"query":"query Gone { fails }"}',
      signal: client.signal,
    })
    await expect(request).rejects.toThrow()
    await released
    await vi.waitFor(() => expect(clinic.lines.find(({ outcome }) => outcome === 'aborted')).toBeDefined())
  })
})

describe('an answer without data', () => {
  it('has the status of its error, and tells when to come back', async () => {
    const clinic = await clinicWith()
    clinic.patients.disturbance = (_request, response) => {
      const error = { message: 'full', extensions: { code: 'OVERLOADED', retryAfterMs: 1500 } }
      response.end(JSON.stringify({ data: null, errors: [error] }))
    }
    const reply = await ask(clinic, clinic.keyFor(), '{ hello }')
    expect([reply.status, reply.data, ...codes(reply)]).toEqual([503, null, 'OVERLOADED'])
    expect(reply.headers.get('retry-after')).toBe('2')
  })
})
