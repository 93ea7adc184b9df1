import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { generateApiKey } from '../../shared/identity/api-key.js'
import type { Criticality } from '../../shared/identity/claims.js'
import { keyHolder } from '../testing/key-holder.js'
import { sendRaw } from '../testing/raw-request.js'
import { ask, type Clinic, codes, startClinic } from '../testing/test-gateway.js'

const ROOM = 4
const HELLO = '{ hello }'

describe('the door of a gateway that is full for internal clients', () => {
  let clinic: Clinic
  let internal: string
  let critical: string
  const held: ServerResponse[] = []
  const waiting: ReturnType<typeof ask>[] = []
  beforeAll(async () => {
    clinic = await startClinic({ config: { load: { maxRequests: ROOM, maxDelayMs: 60_000 }, sharesQueries: false } })
    internal = keyOf('INTERNAL')
    critical = keyOf('MISSION_CRITICAL')
    for (const key of [internal, critical]) expect(codes(await ask(clinic, key, HELLO))).toEqual([])
    clinic.patients.disturbance = (_request, response) => void held.push(response)
    for (let count = 1; count < ROOM; count++) {
      waiting.push(ask(clinic, internal, HELLO))
      await vi.waitFor(() => expect(held).toHaveLength(count), 5_000)
    }
  })
  afterAll(async () => {
    clinic.patients.disturbance = undefined
    for (const response of held) response.writeHead(200).end('{"data":{"hello":"late"}}')
    await Promise.all(waiting)
    await clinic.stop()
  })

  const keyOf = (criticality: Criticality) => {
    const key = generateApiKey('test')
    clinic.registry.addKey(
      key,
      keyHolder({ clientId: criticality, client: criticality, scopes: ['admin'], criticality }),
    )
    return key
  }
  const post = (lines: readonly string[], body: string) =>
    sendRaw(clinic.gateway.url, {
      lines: [`authorization: Bearer ${internal}`, 'content-type: application/json', ...lines],
      body,
    })

  it('refuses by the headers alone, with the form that every refusal has', async () => {
    const { status, headers, body } = await post(['x-request-id: request-1'], 'no JSON')
    expect([status, JSON.parse(body)]).toEqual([
      503,
      {
        errors: [
          {
            message: 'The gateway has too much to do.',
            extensions: { code: 'OVERLOADED', retryAfterMs: expect.any(Number) },
          },
        ],
      },
    ])
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-request-id': 'request-1',
      'retry-after': expect.stringMatching(/^[12]$/),
    })
  })

  it('answers what it does not refuse by itself in the same way', async () => {
    const plain = await post(['x-request-id: request-1'], '{}')
    const fromPage = await post(['x-request-id: request-1', 'origin: https://shop.example'], '{}')
    const large = await post(['x-request-id: request-1'], ' '.repeat(70_000))
    const [one, ...others] = [plain, fromPage, large].map(({ status, headers, body }) => ({
      status,
      type: headers['content-type'],
      id: headers['x-request-id'],
      retry: headers['retry-after'] !== undefined,
      code: JSON.parse(body).errors[0].extensions.code,
    }))
    expect(others).toEqual([one, one])
  })

  it('keeps the connection for the next request, whatever of the refused body is still to come', async () => {
    const half = 'x'.repeat(30_000)
    const head = `POST /graphql HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer ${internal}\r\ncontent-length: 60000\r\n\r\n`
    const next = 'GET /health/live HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n\r\n'
    const answers = await answersTo(clinic.gateway.url, `${head}${half}`, `${half}${next}`)
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 503', 'HTTP/1.1 200'])
  })

  it('lets mission-critical clients in, and tells the others apart from those who have no key', async () => {
    const reply = ask(clinic, critical, HELLO)
    waiting.push(reply)
    await vi.waitFor(() => expect(held).toHaveLength(ROOM), 5_000)
    const stranger = await ask(clinic, generateApiKey('test'), HELLO)
    expect(codes(stranger)).toEqual(['UNAUTHENTICATED'])
    expect(codes(await ask(clinic, critical, HELLO))).toEqual(['OVERLOADED'])
  })

  it('counts what it refuses, and logs it together', async () => {
    const before = clinic.lines.filter(({ msg }) => String(msg).startsWith('too much to do')).length
    for (let count = 0; count < 20; count++) await ask(clinic, internal, HELLO)
    const reported = clinic.lines.filter(({ msg }) => String(msg).startsWith('too much to do'))
    expect(before).toBeGreaterThan(0)
    expect(reported.length - before).toBeLessThan(20)
    const text = await (await fetch(`${clinic.gateway.url}/metrics`)).text()
    const counted = Number(/requests_total\{outcome="OVERLOADED"\} (\d+)/.exec(text)?.[1])
    expect(counted).toBeGreaterThanOrEqual(20)
  })
})

describe('a gateway with as many connections as it may have', () => {
  it('closes more as they come, and takes new ones when others have gone', async () => {
    const clinic = await startClinic({ config: { maxConnections: 1 } })
    const { hostname, port } = new URL(clinic.gateway.url)
    const open = () => connect(Number(port), hostname)
    const first = open()
    await once(first, 'connect')
    const second = open()
    second.on('error', () => {})
    await once(second, 'close')
    first.destroy()
    await vi.waitFor(async () => expect((await fetch(`${clinic.gateway.url}/health/live`)).status).toBe(200), 5_000)
    await clinic.stop()
  })
})

/** All that comes back on a connection whose client goes on after the first answer. */
function answersTo(url: string, first: string, rest: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let answers = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      if (answers === '') socket.write(rest)
      answers += text
    })
    socket.once('error', reject).once('end', () => resolve(answers))
    socket.write(first)
  })
}
