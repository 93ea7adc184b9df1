import { createServer, request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { deferred } from '../testing/deferred.js'
import { closeServer, listen } from './listen.js'

const loopback = { host: '127.0.0.1', port: 0 }

describe('listen', () => {
  it('takes a free port and answers the URL', async () => {
    const server = createServer((_request, response) => response.end('here'))
    const url = await listen(server, loopback)
    expect(await (await fetch(url)).text()).toBe('here')
    await closeServer(server, 1_000)
  })

  it('says what to do about a taken port', async () => {
    const first = createServer()
    const port = Number(new URL(await listen(first, loopback)).port)
    await expect(listen(createServer(), { ...loopback, port })).rejects.toThrow(
      `Port ${port} is taken; stop the process that listens there or set PORT to another.`,
    )
    await closeServer(first, 1_000)
  })

  it('says what to do about an address this machine has not', async () => {
    await expect(listen(createServer(), { host: '192.0.2.1', port: 0 })).rejects.toThrow('set HOST to one it has')
  })
})

describe('closeServer', () => {
  it('lets a request under way end', async () => {
    let finish = () => {}
    const arrived = deferred()
    const server = createServer((_request, response) => {
      finish = () => response.end('whole')
      arrived.resolve()
    })
    const url = await listen(server, loopback)
    const answer = fetch(url).then((response) => response.text())
    await arrived.promise
    const closed = closeServer(server, 60_000)
    finish()
    expect(await answer).toBe('whole')
    await closed
  })

  it('cuts off what does not end within the limit', async () => {
    const arrived = deferred()
    const server = createServer(() => arrived.resolve())
    const url = await listen(server, loopback)
    const failure = new Promise<Error>((resolve) => request(url).on('error', resolve).end())
    await arrived.promise
    await closeServer(server, 1)
    expect((await failure).message).toContain('socket hang up')
  })
})
