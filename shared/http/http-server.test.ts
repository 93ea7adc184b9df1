import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { closeServer } from '../process/listen.js'
import { deferred } from '../testing/deferred.js'
import { until } from '../testing/until.js'
import { DirectRequest } from './direct-request.js'
import { HttpServer } from './http-server.js'
import type { HttpRequest, HttpResponse } from './message.js'
import { receiveBody } from './receive-body.js'

const CONNECTIONS = { keepAliveTimeout: 72_000, directPath: '/graphql' }
const REFUSALS = { tooLarge: () => new Error('too large'), cutShort: () => new Error('cut short') }

let server: HttpServer
/** How each request was read. */
let read: ('direct' | 'node')[]
let respond: (request: HttpRequest, response: HttpResponse) => Promise<void>

beforeEach(async () => {
  read = []
  respond = echo
  server = new HttpServer(CONNECTIONS, (request, response) => {
    read.push(request instanceof DirectRequest ? 'direct' : 'node')
    void respond(request, response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
})

afterEach(async () => {
  vi.useRealTimers()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

describe('A server that reads plain requests directly', () => {
  it('answers them byte for byte as Node does', async () => {
    const direct = await answersTo([plain('{"a":"ü"}')])
    const node = await answersTo([plain('{"a":"ü"}', ['Connection: Keep-Alive'])])
    expect(read).toEqual(['direct', 'node'])
    expect(direct).toContain('\r\nConnection: keep-alive\r\nKeep-Alive: timeout=72\r\n\r\n')
    expect(direct.replace(/^date: .*$/im, '')).toBe(node.replace(/^date: .*$/im, ''))
    expect(Date.parse(/^date: (.*)$/im.exec(direct)![1]!)).toBeGreaterThan(Date.now() - 60_000)
  })

  it('answers one after the other on a connection', async () => {
    const client = await Client.open(server)
    for (const body of ['1', '22', '333'])
      expect(await client.ask(plain(body))).toMatch(new RegExp(`\r\n\r\n.*"${body}"`))
    expect(read).toEqual(['direct', 'direct', 'direct'])
  })

  it.each([
    ['another method', 'GET /graphql HTTP/1.1\r\nhost: a\r\n\r\n', 200],
    ['another path', 'POST /other HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\n1', 200],
    ['a query', 'POST /graphql?x=1 HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\n1', 200],
    ['HTTP/1.0', 'POST /graphql HTTP/1.0\r\nhost: a\r\ncontent-length: 1\r\n\r\n1', 200],
    ['chunks', 'POST /graphql HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\n1\r\n0\r\n\r\n', 200],
    ['the connection closed', plain('1', ['connection: close']), 200],
    ['patience', plain('1', ['expect: 100-continue']), 100],
    ['a header twice', plain('1', ['x-one: 1', 'X-One: 2']), 200],
    ['a name of an object', plain('1', ['constructor: 1']), 200],
    ['a name with underscores', plain('1', ['__proto__: 1']), 200],
    ['bytes above ASCII', plain('1', ['x-name: \xfc']), 200],
    ['no length', 'POST /graphql HTTP/1.1\r\nhost: a\r\n\r\n', 200],
    ['two lengths', plain('1', ['content-length: 2']), 400],
    ['a length and chunks', plain('1', ['transfer-encoding: chunked']), 400],
    ['no host', 'POST /graphql HTTP/1.1\r\ncontent-length: 1\r\n\r\n1', 400],
    ['an empty host', 'POST /graphql HTTP/1.1\r\nhost:\r\ncontent-length: 1\r\n\r\n1', 200],
    ['a length that is none', 'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: +1\r\n\r\n1', 400],
    ['a folded line', plain('1', ['x-one: 1\r\n 2']), 400],
    ['a space before the colon', plain('1', ['x-one : 1']), 400],
    ['a zero byte', plain('1', ['x-one: \0']), 400],
    ['a line that ends early', plain('1', ['x-one: 1\nx-two: 2']), 400],
    ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ])('leaves %s to Node', async (_what, bytes, status) => {
    const answer = await answersTo([bytes])
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(read).not.toContain('direct')
  })

  it('leaves a connection to Node for good when a request comes in pieces, wherever it is cut', async () => {
    const whole = Buffer.from(plain('{"a":1}'), 'latin1')
    for (let cut = 1; cut < whole.length; cut++) {
      const client = await Client.open(server)
      client.socket.write(whole.subarray(0, cut))
      await turn()
      await turn()
      expect(await client.ask(whole.subarray(cut).toString('latin1'))).toContain('{\\"a\\":1}')
      expect(await client.ask(plain('2'))).toContain('"2"')
      client.socket.destroy()
    }
    expect(read.filter((how) => how === 'node').length).toBeGreaterThan(whole.length)
  })

  it('answers requests that are sent before the answer in their order', async () => {
    const waiting: (() => void)[] = []
    respond = async (request, response) => {
      await new Promise<void>((resolve) => waiting.push(resolve))
      await echo(request, response)
    }
    const client = await Client.open(server)
    client.socket.write(plain('1'))
    await until(async () => waiting.length === 1)
    client.socket.write(plain('2') + plain('3'))
    await turn()
    expect(waiting).toHaveLength(1)
    respond = echo
    waiting[0]!()
    const answers = await client.answers(3)
    expect([...answers.matchAll(/"body":"(.)"/g)].map(([, body]) => body)).toEqual(['1', '2', '3'])
    expect(read).toEqual(['direct', 'node', 'node'])
  })

  it('takes no more from who does not read the answers, and goes on once they are read', async () => {
    const answer = 'x'.repeat(300_000)
    respond = async (_request, response) => {
      response.writeHead(200, ['content-length', String(answer.length)])
      response.end(answer, 'latin1')
    }
    const client = await Client.open(server)
    client.socket.pause()
    let sent = 0
    for (; sent === read.length && sent < 200; sent++) {
      client.socket.write(plain('1'))
      const awaited = sent + 1
      await until(async () => read.length === awaited, { limitMs: 2_000, everyMs: 1 }).catch(() => {})
    }
    expect(sent).toBeLessThan(200)
    expect(sent).toBe(read.length + 1)
    client.socket.resume()
    await until(async () => read.length === sent)
    expect((await client.answers(sent)).split(answer)).toHaveLength(sent + 1)
    expect(read).not.toContain('node')
  })

  it('takes a large body, and one above the limit is refused', async () => {
    const body = JSON.stringify('x'.repeat(300_000))
    expect(await answersTo([plain(body)])).toMatch(/^HTTP\/1.1 200 /)
    expect(await answersTo([plain('x'.repeat(2_001), ['x-limit: 2000'])])).toContain('too large')
  })
})

describe('A client that does not stay', () => {
  it.each([
    ['closes its side', (socket: Socket) => socket.end()],
    ['resets the connection', (socket: Socket) => socket.resetAndDestroy()],
  ])('is told of when it %s', async (_how, go) => {
    const closed = deferred<boolean>()
    const asked = deferred<HttpResponse>()
    respond = async (_request, response) => {
      response.once('close', () => closed.resolve(response.writableFinished))
      asked.resolve(response)
    }
    const client = await Client.open(server)
    client.socket.on('error', () => {}).write(plain('1'))
    const response = await asked.promise
    go(client.socket)
    expect(await closed.promise).toBe(false)
    response.writeHead(200, ['content-length', '2'])
    response.end('ok', 'utf8')
    expect(response.writableFinished).toBe(false)
  })

  it('is told of as served when its answer has left', async () => {
    const closed = deferred<boolean>()
    respond = (request, response) => {
      response.once('close', () => closed.resolve(response.writableFinished))
      return echo(request, response)
    }
    await answersTo([plain('1')])
    expect(await closed.promise).toBe(true)
  })

  it('is let go when nothing has come from it for longer than it was told', async () => {
    await closeServer(server, 0)
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    server = new HttpServer(CONNECTIONS, (request, response) => void echo(request, response))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const client = await Client.open(server)
    await client.ask(plain('1'))
    vi.advanceTimersByTime(70_000)
    await client.ask(plain('2'))
    vi.advanceTimersByTime(75_000)
    const ended = once(client.socket, 'close')
    vi.advanceTimersByTime(15_000)
    await ended
  })
})

describe('A server that stops', () => {
  it('ends idle connections, and answers what is under way before it ends its connection', async () => {
    const asked = deferred<() => void>()
    respond = async (request, response) => {
      await new Promise<void>((resolve) => asked.resolve(resolve))
      await echo(request, response)
    }
    const [idle, busy] = [await Client.open(server), await Client.open(server)]
    const idleEnds = once(idle.socket, 'end')
    busy.socket.write(plain('1'))
    const goOn = await asked.promise
    const stopped = closeServer(server, 10_000)
    await idleEnds
    const ends = once(busy.socket, 'end')
    goOn()
    expect(await busy.answers(1)).toMatch(/\r\nConnection: close\r\n\r\n\{/)
    await ends
    await stopped
  })

  it('cuts off what is not answered in time', async () => {
    const asked = deferred<void>()
    respond = async () => asked.resolve()
    const client = await Client.open(server)
    client.socket.on('error', () => {}).write(plain('1'))
    await asked.promise
    const cut = once(client.socket, 'close')
    await closeServer(server, 1)
    await cut
  })
})

it('refuses to write a header that does not stay within its line', async () => {
  const thrown = deferred<unknown>()
  respond = async (request, response) => {
    try {
      response.writeHead(200, ['x-one', '1\r\nx-two: 2'])
    } catch (error) {
      thrown.resolve(error)
    }
    await echo(request, response)
  }
  expect(await answersTo([plain('1')])).not.toContain('x-two')
  expect(await thrown.promise).toBeInstanceOf(TypeError)
})

it('needs what Node has for its connections', () => {
  const node = createServer()
  expect(node.listenerCount('connection')).toBe(1)
  node.close()
})

function plain(body: string, headers: readonly string[] = []): string {
  const lines = ['Host: localhost', 'content-type: application/json', `content-length: ${Buffer.byteLength(body)}`]
  const head = ['POST /graphql HTTP/1.1', ...lines, ...headers].join('\r\n')
  return `${head}\r\n\r\n${Buffer.from(body).toString('latin1')}`
}

/** Answers with what was understood of the request. */
async function echo(request: HttpRequest, response: HttpResponse): Promise<void> {
  const text = await textOf(request)
  const headers = ['content-type', 'application/json', 'content-length', String(Buffer.byteLength(text))]
  response.writeHead(200, headers)
  response.end(text, 'utf8')
}

async function textOf(request: HttpRequest): Promise<string> {
  const { method, url, headers } = request
  try {
    const body = (await receiveBody(request, Number(headers['x-limit'] ?? 1e6), REFUSALS)).join().toString()
    return JSON.stringify({ method, url, host: headers.host, body })
  } catch (error) {
    return (error as Error).message
  }
}

async function answersTo(requests: readonly string[]): Promise<string> {
  const client = await Client.open(server)
  return client.ask(requests.join(''))
}

class Client {
  private received = ''

  private constructor(readonly socket: Socket) {
    socket.setEncoding('utf8').on('data', (text) => {
      this.received += text
    })
  }

  static async open(server: HttpServer): Promise<Client> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    await once(socket, 'connect')
    return new Client(socket)
  }

  ask(bytes: string): Promise<string> {
    this.socket.write(bytes, 'latin1')
    return this.answers(1)
  }

  /** The next answers, as one text. */
  async answers(count: number): Promise<string> {
    await until(async () => countIn(this.received) >= count, { limitMs: 5_000, everyMs: 1 })
    const answers = this.received
    this.received = ''
    return answers
  }
}

/** Answers that are whole, those that do not tell their length with the end of their head. */
function countIn(received: string): number {
  return received.split('HTTP/1.1 ').filter((answer) => {
    const bodyAt = answer.indexOf('\r\n\r\n') + 4
    const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1] ?? 0
    return bodyAt >= 4 && Buffer.byteLength(answer.slice(bodyAt)) >= Number(length)
  }).length
}
