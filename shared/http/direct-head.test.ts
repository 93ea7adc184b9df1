import { createServer, type IncomingHttpHeaders } from 'node:http'
import { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDirectHead } from './direct-head.js'

const REQUEST_LINE = 'POST /graphql HTTP/1.1\r\n'

describe('A head that is read directly', () => {
  it('means what it means to Node, and one in doubt is not read', async () => {
    let direct = 0
    await fc.assert(
      fc.asyncProperty(requests, async (bytes) => {
        const head = readDirectHead(bytes, REQUEST_LINE)
        if (!head) return
        direct++
        const node = await readByNode(bytes)
        expect({ ...head.headers }).toEqual({ ...node.headers })
        expect(head.rawHeaders).toEqual(node.rawHeaders)
        expect(bytes.subarray(head.bodyStart)).toEqual(node.body)
      }),
      { numRuns: 2_000 },
    )
    expect(direct).toBeGreaterThan(200)
  })

  it('has at most 8 KB', () => {
    const of = (length: number) =>
      Buffer.from(`${REQUEST_LINE}host: a\r\ncontent-length: 0\r\nx: ${'y'.repeat(length)}\r\n\r\n`)
    const most = 8_192 - of(0).length
    expect(readDirectHead(of(most), REQUEST_LINE)).toBeDefined()
    expect(readDirectHead(of(most + 1), REQUEST_LINE)).toBeUndefined()
  })
})

const names = fc.constantFrom('x-request-id', 'Authorization', 'accept', 'Connection', 'X_Y', 'cookie', 'te', 'origin')
const values = fc.string({ unit: fc.constantFrom(' ', '\t', 'a', 'keep-alive', ',', ':', 'é', ';', '"'), maxLength: 6 })
const spaces = fc.constantFrom('', ' ', '\t', '  ')

/** Mostly well-formed requests, some with a byte too many somewhere. */
const requests = fc
  .record({
    headers: fc.array(fc.tuple(names, spaces, values), { maxLength: 5 }),
    body: fc.string({ maxLength: 20 }),
    stray: fc.oneof(
      { weight: 2, arbitrary: fc.constant(null) },
      fc.tuple(fc.nat(200), fc.constantFrom('\r', '\n', '\r\n', '\0', ' ', ':', 'é')),
    ),
  })
  .map(({ headers, body, stray }) => {
    const bytes = Buffer.from(body)
    const lines = ['Host: localhost', ...headers.map((parts) => `${parts[0]}:${parts[1]}${parts[2]}`)]
    const head = `${REQUEST_LINE}${lines.join('\r\n')}\r\nContent-Length: ${bytes.length}\r\n\r\n`
    return Buffer.concat([Buffer.from(withStray(head, stray), 'latin1'), bytes])
  })

function withStray(head: string, stray: readonly [number, string] | null): string {
  if (!stray) return head
  const at = REQUEST_LINE.length + stray[0]
  return head.slice(0, at) + stray[1] + head.slice(at)
}

interface NodeReading {
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

function readByNode(bytes: Buffer): Promise<NodeReading> {
  return new Promise((resolve, reject) => {
    const server = createServer((request) => {
      buffer(request).then(
        (body) => resolve({ headers: request.headers, rawHeaders: request.rawHeaders, body }),
        reject,
      )
    })
    server.on('clientError', (error) => reject(error))
    const connection = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
    server.emit('connection', connection)
    connection.push(bytes)
  })
}
