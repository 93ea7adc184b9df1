import { connect, type Socket } from 'node:net'

export interface HttpAnswer {
  readonly status: number
  readonly body: Buffer
}

/**
 * One keep-alive connection that sends prepared request bytes and waits for the answer. It understands just enough
 * HTTP/1.1 (status line, content-length) to cost the measured servers' machine as little as possible.
 */
export class Connection {
  private received: Buffer = Buffer.alloc(0)
  private settle: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | undefined

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.read(chunk))
    socket.on('error', (error) => this.settle?.reject(error))
    socket.on('close', () => this.settle?.reject(new Error('The server closed the connection.')))
  }

  static open(url: URL): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname)
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new Connection(socket))
      })
    })
  }

  send(request: Buffer): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject }
      this.socket.write(request)
    })
  }

  close(): void {
    this.settle = undefined
    this.socket.destroy()
  }

  private read(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk])
    const answer = wholeAnswer(this.received)
    if (!answer) return
    this.received = Buffer.alloc(0)
    const settle = this.settle
    this.settle = undefined
    settle?.resolve(answer)
  }
}

/** The bytes of a POST request; `body` is sent as JSON. */
export function postRequest(url: URL, headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head =
    `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\n` +
    `content-length: ${body.length}\r\n${lines.join('')}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}

function wholeAnswer(bytes: Buffer): HttpAnswer | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = bytes.toString('latin1', 0, headEnd)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`The answer has no content-length: ${head.slice(0, 200)}`)
  const end = headEnd + 4 + Number(length)
  if (bytes.length < end) return undefined
  return { status: Number(head.slice(9, 12)), body: bytes.subarray(headEnd + 4, end) }
}
