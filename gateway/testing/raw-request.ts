import { connect } from 'node:net'

export interface RawReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface RawRequest {
  readonly method?: string
  readonly target?: string
  /** Header lines as they go over the wire, which no HTTP client would let through. */
  readonly lines: readonly string[]
  readonly body?: string
}

/** Sends a request byte by byte as it is written, and answers what came back. */
export function sendRaw(url: string, { method = 'POST', target = '/graphql', lines, body = '' }: RawRequest) {
  const { hostname, port } = new URL(url)
  const head = [`${method} ${target} HTTP/1.1`, 'host: gateway', 'connection: close', ...lines]
  const length = `content-length: ${Buffer.byteLength(body)}`
  return new Promise<RawReply>((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text
    })
    socket.once('error', reject).once('end', () => resolve(replyIn(answer)))
    socket.write(`${[...head, length].join('\r\n')}\r\n\r\n${body}`)
  })
}

function replyIn(answer: string): RawReply {
  const end = answer.indexOf('\r\n\r\n')
  const [first = '', ...lines] = answer.slice(0, end).split('\r\n')
  const headers = lines.map((line) => {
    const [name = '', ...value] = line.split(':')
    return [name.toLowerCase(), value.join(':').trim()]
  })
  return { status: Number(first.split(' ')[1]), headers: Object.fromEntries(headers), body: answer.slice(end + 4) }
}
