import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A server of a test on loopback that can go away and come back on its port. */
export class LoopbackServer {
  private server: Server | undefined
  private port = 0
  private readonly connections = new Set<Socket>()

  constructor(
    private readonly listener: RequestListener,
    /** Given connections that are to be upgraded. */
    private readonly upgraded?: (connection: Socket) => void,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    const server = createServer(this.listener)
    server.on('connection', (connection) => {
      this.connections.add(connection)
      connection.once('close', () => this.connections.delete(connection))
    })
    const { upgraded } = this
    if (upgraded) server.on('upgrade', (_request, connection: Socket) => upgraded(connection))
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve))
    this.port = (server.address() as AddressInfo).port
    this.server = server
  }

  /** As if the process were killed: connections are cut. */
  async stop(): Promise<void> {
    const { server } = this
    if (!server) return
    this.server = undefined
    const closed = new Promise((resolve) => server.close(resolve))
    for (const connection of this.connections) connection.destroy()
    await closed
  }
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
