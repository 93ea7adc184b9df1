import { createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createLog } from '../../shared/telemetry/log.js'
import { Crowd } from './crowd.js'
import { rehearse } from './rehearse.js'

describe('a rehearsal of overload', () => {
  it('takes and refuses thousands of requests, and leaves nothing behind', async () => {
    const before = openServers()
    const { log, lines } = logged()
    await rehearse(log)
    const [{ taken, refused, msg }] = lines as [{ taken: number; refused: number; msg: string }]
    expect(msg).toBe('overload is rehearsed')
    expect(taken + refused).toBe(4 * 16 * 128)
    expect(taken).toBeGreaterThanOrEqual(2 * 16 * 128)
    expect(refused).toBeGreaterThan(500)
    expect(openServers()).toBe(before)
  })

  it('is warned of where it cannot be, and the gateway starts', async () => {
    const { log, lines } = logged()
    await rehearse(log, { host: '203.0.113.1', port: 0 })
    expect(lines).toMatchObject([{ level: 40, err: { message: expect.stringContaining('no address 203.0.113.1') } }])
  })
})

describe('a crowd', () => {
  it('says when a connection breaks before the answer', async () => {
    const crowd = await crowdBefore((socket) => socket.destroy())
    await expect(crowd.ask(1)).rejects.toThrow('The connection broke.')
  })

  it('says when a connection has broken before the next request', async () => {
    const crowd = await crowdBefore((socket) => socket.write('answered'))
    await crowd.ask(1)
    crowd.leave()
    await expect(crowd.ask(2)).rejects.toThrow('The connection broke.')
  })
})

/** One client before a server that does so with what it gets. */
async function crowdBefore(answer: (socket: Socket) => void): Promise<Crowd> {
  const server = createServer((socket) => socket.once('data', () => answer(socket)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  return Crowd.gather({ host: '127.0.0.1', port }, [Buffer.from('hello')])
}

function openServers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length
}

function logged() {
  const lines: unknown[] = []
  return { log: createLog('test', 'info', { write: (line) => void lines.push(JSON.parse(line)) }), lines }
}
