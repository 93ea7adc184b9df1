import { once } from 'node:events'
import { type ClientRequest, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IDENTITY_HEADER, type Identity } from '../../identity/claims.js'
import { signIdentity } from '../../identity/signing.js'
import { EVERY_PART, readAnswer, writeAnswers } from '../../mesh/link/answer.js'
import { FRAME } from '../../mesh/link/frame.js'
import { FrameReader } from '../../mesh/link/frame-reader.js'
import { writeLetter } from '../../mesh/link/letter.js'
import { GATEWAY_SUBJECT, LINK_HEADER, LINK_PROTOCOL, MAX_PARTS } from '../../mesh/protocol.js'
import { until } from '../../testing/until.js'
import { merchantEvents, sample } from '../fixtures/sample.js'
import { APP, SECRET, Served, SOON } from '../fixtures/served.js'

const GATEWAY: Identity = { subject: GATEWAY_SUBJECT, client: 'gateway', scopes: [], environment: 'test' }
const QUERY = '{ paymentRisk(input: {amount: 1, sinceLastPayment: 1}) { probability } }'

const part = (query = QUERY) => ({
  query,
  extensions: { modelgraph: { caller: APP, requestId: 'part-1', deadlineMs: 8_000 } },
})

function sign(identity: Identity, body: string): string {
  return signIdentity(identity, { audience: sample.name, body, now: Date.now() }, SECRET)
}

function upgrade(url: string, identity: string, protocol = LINK_PROTOCOL): ClientRequest {
  const headers = { connection: 'Upgrade', upgrade: protocol, [IDENTITY_HEADER]: identity }
  return request(`${url}/graphql`, { headers, agent: false }).end()
}

/** The status of an upgrade that is refused. */
function refusal(sent: ClientRequest): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    sent.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject)
    sent.once('upgrade', () => reject(new Error('This was to be refused.')))
  })
}

/** The gateway's end of a link. */
class Gateway {
  // biome-ignore lint/suspicious/noExplicitAny: answers are read by the tests that asked
  readonly answers: { letter: number; part: number; status: number; failed: boolean; served: string; json: any }[] = []
  isClosing = false
  isClosed = false

  private constructor(readonly connection: Socket) {
    const reader = new FrameReader(1_000_000, (kind, letter, content) => {
      if (kind === FRAME.CLOSING) this.isClosing = true
      else {
        const { bytes, ...answer } = readAnswer(content)!
        this.answers.push({ letter, ...answer, json: JSON.parse(bytes.toString()) })
      }
    })
    connection.on('data', (chunk: Buffer) => reader.push(chunk))
    connection.once('close', () => {
      this.isClosed = true
    })
  }

  static async connect(url: string): Promise<Gateway> {
    const sent = upgrade(url, sign(GATEWAY, ''))
    return new Promise((resolve, reject) => {
      sent.once('upgrade', (_response, connection: Socket) => resolve(new Gateway(connection)))
      sent.once('error', reject).once('response', ({ statusCode }) => reject(new Error(`status ${statusCode}`)))
    })
  }

  send(letter: number, text: string, identity = sign(GATEWAY, text), requestId = 'letter-1'): void {
    const body = Buffer.from(text)
    const head = { identity, deadline: '8000', requestId }
    this.connection.write(writeLetter(letter, { ...head, body: [body], bodyBytes: body.length }))
  }

  async ask(...operations: object[]) {
    this.answers.length = 0
    this.send(1, JSON.stringify(operations))
    return this.received(operations.length)
  }

  /** So many answers, in the order of their parts. */
  async received(count: number) {
    await until(async () => this.answers.length >= count || this.isClosed, SOON)
    return this.answers.sort((a, b) => a.part - b.part)
  }
}

let served: Served

beforeAll(async () => {
  served = await Served.start()
})

afterAll(() => served.stop())

describe('an upgrade to a link', () => {
  it('is offered with every answer over HTTP', async () => {
    const answer = await served.send(JSON.stringify({ query: QUERY }))
    expect(answer.headers.get(LINK_HEADER)).toBe(LINK_PROTOCOL)
  })

  it.each([
    ['without an identity', () => '', 401],
    ['with the identity of a client', () => sign(APP, ''), 401],
    ['with an identity that was signed for another body', () => sign(GATEWAY, '{}'), 401],
  ])('%s is refused', async (_what, identity, status) => {
    expect(await refusal(upgrade(served.url, identity()))).toBe(status)
  })

  it('to anything else is refused', async () => {
    expect(await refusal(upgrade(served.url, sign(GATEWAY, ''), 'websocket'))).toBe(426)
  })
})

describe('a refused upgrade', () => {
  it('ends its connection, though the other side keeps it open', async () => {
    const { port, hostname } = new URL(served.url)
    const connection = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
    const closed = once(connection, 'error')
    connection.write(`GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${LINK_PROTOCOL}\r\n\r\n`)
    connection.resume()
    await once(connection, 'end')
    const knock = setInterval(() => connection.write('x'), 1)
    await closed
    clearInterval(knock)
  })
})

describe('a letter', () => {
  it('is answered part by part, as over HTTP', async () => {
    const gateway = await Gateway.connect(served.url)
    const [good, wrong] = await gateway.ask(part(), part('{ näher }'))
    expect(good).toMatchObject({ letter: 1, part: 0, status: 200, failed: false, served: '[["payment-risk",1,1,0]]' })
    expect(good!.json).toEqual({ data: { paymentRisk: { probability: expect.any(Number) } } })
    expect(wrong).toMatchObject({ part: 1, status: 400, failed: true, served: '' })
    expect(wrong!.json.errors[0].extensions.code).toBe('GRAPHQL_PARSE_FAILED')
    gateway.connection.destroy()
  })

  it('does not wait for those before it, nor a part for those beside it', async () => {
    const gateway = await Gateway.connect(served.url)
    gateway.send(1, JSON.stringify([part('{ merchant(id: "awaited") { name } }'), part()]))
    gateway.send(2, JSON.stringify(part()))
    const arrived = () => new Set(gateway.answers.map(({ letter, part }) => `${letter}.${part}`))
    await gateway.received(2)
    expect(arrived()).toEqual(new Set(['1.1', '2.0']))
    merchantEvents.emit('arrived')
    await gateway.received(3)
    expect(arrived()).toContain('1.0')
    gateway.connection.destroy()
  })

  it.each([
    ['without an identity', JSON.stringify(part()), () => '', 'UNAUTHENTICATED', 401],
    ['with the signature of another', JSON.stringify(part()), () => sign(GATEWAY, '{}'), 'UNAUTHENTICATED', 401],
    ['that is not JSON', '{oops', () => sign(GATEWAY, '{oops'), 'BAD_REQUEST', 400],
    ['with no parts', '[]', () => sign(GATEWAY, '[]'), 'BAD_REQUEST', 400],
  ])('%s is refused as a whole, and the link goes on', async (_what, body, identity, code, status) => {
    const gateway = await Gateway.connect(served.url)
    gateway.send(5, body, identity())
    const [refused] = await gateway.received(1)
    expect(refused).toMatchObject({ letter: 5, part: EVERY_PART, status, failed: true })
    expect(refused!.json).toMatchObject({ errors: [{ extensions: { code } }] })
    expect((await gateway.ask(part()))[0]).toMatchObject({ status: 200 })
    gateway.connection.destroy()
  })

  it('with too many parts is refused as a whole', async () => {
    const gateway = await Gateway.connect(served.url)
    gateway.send(1, JSON.stringify(Array.from({ length: MAX_PARTS + 1 }, () => part())))
    expect((await gateway.received(1))[0]).toMatchObject({ part: EVERY_PART, status: 400 })
    gateway.connection.destroy()
  })

  it('gets a new request id in place of one that could not stand in a log', async () => {
    const gateway = await Gateway.connect(served.url)
    const body = JSON.stringify({ query: '{ merchant(id: "broken") { name } }' })
    gateway.send(1, body, sign(GATEWAY, body), 'a b')
    const [answer] = await gateway.received(1)
    expect(answer!.json.errors[0].extensions.requestId).toMatch(/^[0-9a-f-]{36}$/)
    gateway.connection.destroy()
  })
})

describe('a link', () => {
  it.each([
    ['bytes that are no frame', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    [
      'a frame that is no letter',
      writeAnswers([{ letter: 1, part: 0, status: 1, failed: true, served: '', text: '' }]),
    ],
    ['a letter that is too large to be one', Buffer.from([0, 0x7f, 0, 0, FRAME.LETTER])],
  ])('that brings %s is ended, and the subgraph lives', async (_what, bytes) => {
    const gateway = await Gateway.connect(served.url)
    gateway.connection.write(bytes)
    await until(async () => gateway.isClosed, SOON)
    expect(await served.ask(QUERY)).toMatchObject({ status: 200 })
  })

  it('whose gateway goes away in the middle of a letter costs nothing', async () => {
    const gateway = await Gateway.connect(served.url)
    gateway.connection.write(Buffer.from([0, 0, 1, 0, FRAME.LETTER, 0]))
    gateway.connection.resetAndDestroy()
    expect(await served.ask(QUERY)).toMatchObject({ status: 200 })
  })
})

describe('a subgraph that stops', () => {
  it('answers what it has, asks for the end of its links, and waits for it', async () => {
    const stopping = await Served.start()
    const gateway = await Gateway.connect(stopping.url)
    const stopped = stopping.stop()
    await until(async () => gateway.isClosing, SOON)
    expect((await gateway.ask(part()))[0]).toMatchObject({ status: 200 })
    gateway.connection.end()
    await stopped
    await until(async () => gateway.isClosed, SOON)
  })

  it('takes no more links, and does not wait for those who ask for one', async () => {
    const stopping = await Served.start()
    const gateway = await Gateway.connect(stopping.url)
    const { port, hostname } = new URL(stopping.url)
    const late = connect({ port: Number(port), host: hostname, allowHalfOpen: true }).setEncoding('latin1')
    late.on('error', () => {})
    late.write('GET /graphql HTTP/1.1\r\nHost: x\r\n')
    await gateway.ask(part())
    const stopped = stopping.stop()
    await until(async () => gateway.isClosing, SOON)
    const identity = `${IDENTITY_HEADER}: ${sign(GATEWAY, '')}`
    late.write(`Connection: Upgrade\r\nUpgrade: ${LINK_PROTOCOL}\r\n${identity}\r\n\r\n`)
    const [answer] = await once(late, 'data')
    expect(answer).toMatch(/^HTTP\/1.1 503 /)
    gateway.connection.end()
    await stopped
    late.destroy()
  })

  it('cuts off a link that its gateway does not end', async () => {
    const stopping = await Served.start({ 1: 'risk-1' }, { MODELGRAPH_DRAIN_MS: '20' })
    const gateway = await Gateway.connect(stopping.url)
    await stopping.stop()
    await until(async () => gateway.isClosed, SOON)
    expect(gateway.isClosing).toBe(true)
  })
})
