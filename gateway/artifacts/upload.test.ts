import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Clinic, codes, replyOf, startClinic } from '../testing/test-gateway.js'

const LIMIT = 20_000_000
const CHUNK = randomBytes(100_000)

describe('PUT /artifacts/<sha256>', () => {
  let clinic: Clinic
  let key: string
  beforeAll(async () => {
    clinic = await startClinic({ config: { artifactLimitBytes: LIMIT } })
    key = clinic.keyFor('publish:clinic')
  })
  afterAll(() => clinic.stop())

  const put = (
    path: string,
    body: NonNullable<RequestInit['body']>,
    authorization = `Bearer ${key}`,
    headers: Record<string, string> = {},
  ) =>
    fetch(`${clinic.gateway.url}/artifacts/${path}`, {
      method: 'PUT',
      headers: { authorization, ...headers },
      body,
      duplex: 'half',
    } as RequestInit)

  it('streams an artifact to the registry, larger than any GraphQL body', async () => {
    const chunks = 150
    const hash = createHash('sha256')
    for (let chunk = 0; chunk < chunks; chunk++) hash.update(CHUNK)
    const sha256 = hash.digest('hex')
    const response = await put(sha256, streamOf(chunks), undefined, { 'content-type': 'application/octet-stream' })
    expect(response.status).toBe(201)
    expect(clinic.registry.artifacts.get(sha256)).toBe(chunks * CHUNK.length)
  })

  it("passes the registry's refusal on", async () => {
    const response = await put('0'.repeat(64), CHUNK)
    expect([response.status, await response.json()]).toEqual([409, { stored: false }])
    const line = () => clinic.lines.find(({ status }) => status === 409)
    await vi.waitFor(() => expect(line()).toMatchObject({ route: '/artifacts/:sha256', outcome: 'errors' }))
  })

  it('refuses what is too large, announced or not', async () => {
    const announced = await replyOf(await put('0'.repeat(64), new Uint8Array(LIMIT + 1)))
    expect([announced.status, ...codes(announced)]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
    const streamed = await replyOf(await put('0'.repeat(64), streamOf(LIMIT / CHUNK.length + 1)))
    expect([streamed.status, ...codes(streamed)]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
  })

  it('refuses without a key, without a publish scope, and a path that is no sha-256', async () => {
    const refusals = await Promise.all([
      put('0'.repeat(64), CHUNK, 'none').then(replyOf),
      put('0'.repeat(64), CHUNK, `Bearer ${clinic.keyFor('predict:risk')}`).then(replyOf),
      put('model.onnx', CHUNK).then(replyOf),
    ])
    expect(refusals.map((reply) => [reply.status, ...codes(reply)])).toEqual([
      [401, 'UNAUTHENTICATED'],
      [403, 'FORBIDDEN'],
      [400, 'BAD_REQUEST'],
    ])
  })

  it('lets admins upload, and says when the registry does not take it', async () => {
    const sha256 = createHash('sha256').update(CHUNK).digest('hex')
    expect((await put(sha256, CHUNK, `Bearer ${clinic.keyFor('admin')}`)).status).toBe(201)
    await clinic.registry.server.stop()
    const reply = await replyOf(await put(sha256, CHUNK))
    expect([reply.status, ...codes(reply)]).toEqual([503, 'REGISTRY_UNAVAILABLE'])
    await clinic.registry.server.start()
  })
})

function streamOf(chunks: number): ReadableStream {
  let sent = 0
  return new ReadableStream({
    pull(controller) {
      if (sent++ < chunks) controller.enqueue(CHUNK)
      else controller.close()
    },
  })
}
