import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { poissonArrivals } from './arrivals.js'
import { closedLoop } from './closed-loop.js'
import { postRequest } from './connection.js'
import { glance } from './glances.js'
import { openLoop } from './open-loop.js'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections()
})

describe('a closed loop', () => {
  it('sends requests in rotation and counts each answer once', async () => {
    const seen: string[] = []
    const url = await listening(async (request, response) => {
      seen.push(await text(request))
      response.end(`{"echo": ${seen.at(-1)}}`)
    })
    const sample = await closedLoop(targetOf(url, ['1', '2', '3']), { concurrency: 1, milliseconds: 30 })
    expect(sample.count).toBe(seen.length)
    expect(seen.slice(0, 4)).toEqual(['1', '2', '3', '1'].slice(0, seen.length))
    expect(sample.latenciesMs).toHaveLength(sample.count)
  })

  it('takes an answer that comes in pieces as one', async () => {
    const url = await listening((_request, response) => {
      response.setHeader('Content-Length', 10)
      response.write('{"ec')
      setImmediate(() => response.end('ho":1}'))
    })
    const sample = await closedLoop(targetOf(url, ['1']), { concurrency: 2, milliseconds: 10 })
    expect(sample.count).toBeGreaterThan(0)
  })

  it('ends with the first answer that is refused', async () => {
    const url = await listening((_request, response) =>
      response.writeHead(503, { 'content-length': 8 }).end('too much'),
    )
    await expect(closedLoop(targetOf(url, ['1']), { concurrency: 4, milliseconds: 10_000 })).rejects.toThrow(
      'answered 503: too much',
    )
  })

  it('ends with an answer whose length is not told', async () => {
    const url = await listening((_request, response) => response.write('{"echo"'))
    await expect(closedLoop(targetOf(url, ['1']), { concurrency: 4, milliseconds: 10_000 })).rejects.toThrow(
      'No content-length',
    )
  })

  it('ends when the server breaks a connection', async () => {
    const url = await listening((request) => request.socket.destroy())
    await expect(closedLoop(targetOf(url, ['1']), { concurrency: 4, milliseconds: 10_000 })).rejects.toThrow()
  })
})

describe('an open loop', () => {
  it('sends each request once, and counts from the time it was to be sent', async () => {
    const seen: number[] = []
    const url = await listening(async (request, response) => {
      seen.push(Number(await text(request)))
      response.setHeader('Content-Length', 2)
      setTimeout(() => response.end('{}'), 5)
    })
    const times = poissonArrivals(1_000, 60, 3)
    const answers: { index: number; status: number; latencyMs: number }[] = []
    const unanswered = await openLoop({
      url,
      times,
      request: (index) => postRequest(url, {}, Buffer.from(String(index))),
      answered: (index, status, _body, latencyMs) => answers.push({ index, status, latencyMs }),
      maxConnections: 100,
      patienceMs: 5_000,
      pace: glance,
    })
    expect(unanswered).toBe(0)
    expect(seen.sort((a, b) => a - b)).toEqual([...times.keys()])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(times.length)
    expect(Math.min(...answers.map(({ latencyMs }) => latencyMs))).toBeGreaterThanOrEqual(4)
  })
})

describe('Poisson arrivals', () => {
  it('are the same for the same seed, ascending and within the time', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2_000 }), (seed, perSecond) => {
        const times = poissonArrivals(perSecond, 500, seed)
        expect(times).toEqual(poissonArrivals(perSecond, 500, seed))
        expect(times.every((time, at) => time >= (times[at - 1] ?? 0) && time < 500)).toBe(true)
      }),
    )
  })

  it('come as often as they are to', () => {
    const count = poissonArrivals(300, 1_000_000, 1).length
    expect(Math.abs(count - 300_000)).toBeLessThan(5 * Math.sqrt(300_000))
  })
})

async function listening(answer: RequestListener): Promise<URL> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
}

function targetOf(url: URL, bodies: readonly string[]) {
  const requests = bodies.map((body) => postRequest(url, {}, Buffer.from(body)))
  return { url, requests, accept: (body: Buffer) => body.includes('"echo"') }
}
