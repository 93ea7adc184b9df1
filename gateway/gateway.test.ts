import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ask, type Clinic, codes, send, startClinic } from './testing/test-gateway.js'

describe('a gateway before two subgraphs', () => {
  let clinic: Clinic
  let app: string
  beforeAll(async () => {
    clinic = await startClinic()
    app = clinic.keyFor('patient:read', 'predict:risk')
  })
  afterAll(() => clinic.stop())

  it('answers one query from both', async () => {
    const reply = await ask(clinic, app, '{ patient(id: "4") { id name risk } hello }')
    expect(reply).toMatchObject({
      status: 200,
      data: { patient: { id: '4', name: 'patient 4', risk: 0.4 }, hello: 'world' },
      errors: [],
    })
  })

  it('tells subgraphs who calls, for which request and how long they have', async () => {
    const response = await send(
      clinic,
      JSON.stringify({ query: '{ whoami { subject client scopes requestId deadlineMs } }' }),
      {
        authorization: `Bearer ${app}`,
        'content-type': 'application/json',
        'x-request-id': 'request-from-afar',
      },
    )
    expect(response.headers.get('x-request-id')).toBe('request-from-afar')
    expect(response.data?.whoami).toMatchObject({
      subject: 'client:patient-read-predict-risk',
      client: 'patient:read predict:risk',
      scopes: ['patient:read', 'predict:risk'],
      requestId: 'request-from-afar',
    })
    const { deadlineMs } = (response.data?.whoami ?? {}) as { deadlineMs?: number }
    expect(deadlineMs).toBeGreaterThan(0)
    expect(deadlineMs).toBeLessThanOrEqual(5000)
  })

  it('names a request itself when the given id is not well formed', async () => {
    const headers = { authorization: `Bearer ${app}`, 'content-type': 'application/json', 'x-request-id': 'a b' }
    const reply = await send(clinic, '{"query":"{ hello }"}', headers)
    expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('takes queries by GET with a header that no form can send, and mutations never', async () => {
    const get = (query: string, headers: Record<string, string>) =>
      fetch(`${clinic.gateway.url}/graphql?query=${encodeURIComponent(query)}`, {
        headers: { authorization: `Bearer ${app}`, ...headers },
      })
    const preflight = { 'apollo-require-preflight': 'true' }
    expect(await (await get('{ hello }', preflight)).json()).toEqual({ data: { hello: 'world' } })
    expect((await get('{ hello }', {})).status).toBe(400)
    expect((await get('mutation { publish }', preflight)).status).toBe(405)
  })

  it('lets an authenticated caller introspect', async () => {
    const reply = await ask(clinic, app, '{ __schema { queryType { name } } __type(name: "Patient") { name } }')
    expect(reply.data).toEqual({ __schema: { queryType: { name: 'Query' } }, __type: { name: 'Patient' } })
  })

  it('logs one line per request and never the key', async () => {
    await ask(clinic, app, 'query Greeting { hello }')
    const line = () => clinic.lines.find((entry) => entry.operationName === 'Greeting')
    const client = 'patient:read predict:risk'
    const said = { client, outcome: 'ok', status: 200, route: '/graphql', requestId: expect.any(String) }
    await vi.waitFor(() => expect(line()).toMatchObject(said))
    expect(JSON.stringify(clinic.lines)).not.toContain(app)
  })

  it('remembers the supergraph on disk, for its owner only', async () => {
    const path = join(clinic.dataFolder, 'supergraph.graphql')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readFile(path, 'utf8')).toContain('# supergraph 1 of test\n')
  })

  it('is alive, ready, and says 404 elsewhere', async () => {
    const get = async (path: string) => {
      const response = await fetch(clinic.gateway.url + path)
      return [response.status, await response.json()]
    }
    expect(await get('/health/live')).toEqual([200, { status: 'live' }])
    expect(await get('/health/ready')).toEqual([
      200,
      { status: 'ready', supergraph: 1, subgraphs: { patients: 'live', risk: 'live' } },
    ])
    expect(await get('/admin')).toMatchObject([404, { errors: [{ extensions: { code: 'NOT_FOUND' } }] }])
  })

  it('passes coded errors of subgraphs with their details, and masks all others', async () => {
    const coded = await ask(clinic, app, '{ fails hello }')
    expect(coded.data).toEqual({ fails: null, hello: 'world' })
    expect(coded.errors[0]).toMatchObject({
      message: 'The queue is full.',
      path: ['fails'],
      extensions: { code: 'OVERLOADED', retryAfterMs: 1500, subgraph: 'risk' },
    })
    const masked = await ask(clinic, app, '{ broken hello }')
    expect(masked.data).toEqual({ broken: null, hello: 'world' })
    expect(codes(masked)).toEqual(['INTERNAL_SERVER_ERROR'])
    expect(JSON.stringify(masked)).not.toContain('hunter2')
    const requestId = masked.headers.get('x-request-id')
    expect(masked.errors[0]?.extensions.requestId).toBe(requestId)
    const logged = clinic.lines.filter((line) => line.requestId === requestId && line.err)
    expect(JSON.stringify(logged)).toContain('ECONNREFUSED')
    expect(logged).toHaveLength(1)
  })

  it('reports a null that the schema forbids as an error, never as an answer', async () => {
    const reply = await ask(clinic, app, '{ hole }')
    expect(reply.data).toEqual({ hole: null })
    expect(codes(reply)).toEqual(['INTERNAL_SERVER_ERROR'])
  })
})
