import { connect, type Socket } from 'node:net'

/** Takes an answer; `body` holds until the next one. */
export type Answered = (status: number, body: Buffer) => void

/**
 * One keep-alive connection that sends prepared request bytes and waits for the answer. It understands just enough
 * HTTP/1.1 (status line, content-length) to cost the measured servers' machine as little as possible.
 */
export class Connection {
  #received: Buffer = Buffer.alloc(0)
  #answered: Answered | undefined
  readonly #socket: Socket

  private constructor(
    socket: Socket,
    private readonly failed: (error: Error) => void,
  ) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('The server closed the connection.')))
  }

  /** `failed` is told of a connection that breaks while an answer is waited for. */
  static open(url: URL, failed: (error: Error) => void): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname)
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new Connection(socket, failed))
      })
    })
  }

  /** One request at a time: the next may be sent from within `answered`. */
  send(request: Buffer, answered: Answered): void {
    this.#answered = answered
    this.#socket.write(request)
  }

  /** Whether it can take a request: servers close connections that have been idle for some seconds. */
  get alive(): boolean {
    return !this.#socket.destroyed && this.#socket.writable
  }

  close(): void {
    this.#answered = undefined
    this.#socket.destroy()
  }

  #fail(error: Error): void {
    const waiting = this.#answered
    this.#answered = undefined
    if (waiting) this.failed(error)
  }

  #read(chunk: Buffer): void {
    const received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const bodyAt = received.indexOf('\r\n\r\n') + 4
    const whole = bodyAt < 4 ? false : isWhole(received, bodyAt)
    this.#received = whole ? NOTHING : received
    if (whole === undefined) this.#fail(new Error(`No content-length: ${received.toString('latin1', 0, bodyAt)}`))
    if (!whole) return
    const answered = this.#answered
    this.#answered = undefined
    answered?.((received[9]! - 48) * 100 + (received[10]! - 48) * 10 + received[11]! - 48, received.subarray(bodyAt))
  }
}

const NOTHING = Buffer.alloc(0)

/** The bytes of a POST request; `body` is sent as JSON. */
export function postRequest(url: URL, headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head =
    `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\n` +
    `content-length: ${body.length}\r\n${lines.join('')}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}

/** Undefined when the answer does not tell its length. */
function isWhole(bytes: Buffer, bodyAt: number): boolean | undefined {
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, bodyAt))?.[1]
  return length === undefined ? undefined : bytes.length >= bodyAt + Number(length)
}
