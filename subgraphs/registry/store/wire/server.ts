import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import type { Doc } from '../values/documents.js'
import { MessageStream } from './message-stream.js'
import { parseMessage, type Request } from './messages.js'
import { encodeReply } from './replies.js'

/** Answers a batch of commands, in order. */
export type AnswerBatch = (commands: Doc[]) => Doc[]

/**
 * Serves MongoDB's wire protocol on a unix socket. The commands of all clients that arrive in one turn of the event
 * loop are answered together, so that they share one flush to disk. A malformed message ends its own connection only.
 */
export class WireServer {
  private readonly server = createServer((socket) => this.accept(socket))
  private readonly sockets = new Set<Socket>()
  private queue: { socket: Socket; request: Request }[] = []
  private lastResponseId = 0

  constructor(private readonly answer: AnswerBatch) {}

  /** Replaces a socket file left behind; only its owner may connect. */
  async listen(path: string): Promise<void> {
    rmSync(path, { force: true })
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen({ path }, resolve)
    })
    chmodSync(path, 0o600)
  }

  /** Answers what has arrived, then ends all connections and removes the socket. */
  async close(): Promise<void> {
    this.flush()
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()))
    for (const socket of this.sockets) socket.destroySoon()
    await closed
  }

  private accept(socket: Socket): void {
    const stream = new MessageStream()
    this.sockets.add(socket)
    socket.on('close', () => this.sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const message of stream.push(chunk)) this.enqueue(socket, parseMessage(message))
      } catch {
        socket.destroy()
      }
    })
  }

  private enqueue(socket: Socket, request: Request): void {
    this.queue.push({ socket, request })
    if (this.queue.length === 1) setImmediate(() => this.flush())
  }

  private flush(): void {
    const batch = this.queue
    this.queue = []
    if (batch.length === 0) return
    const replies = this.answer(batch.map(({ request }) => request.command))
    batch.forEach(({ socket, request }, n) => {
      if (!request.silent && !socket.destroyed) socket.write(encodeReply(request, replies[n]!, ++this.lastResponseId))
    })
  }
}
