import type { Socket } from 'node:net'
import { readDirectHead } from './direct-head.js'
import { DirectRequest } from './direct-request.js'
import { DirectResponse, type ResponseConnection, type Written } from './direct-response.js'
import type { HttpRequest, HttpResponse } from './message.js'

/** The server that a connection belongs to. */
export interface ConnectionHost {
  /** The path whose requests are read directly. */
  readonly directPath: string
  /** How such a request begins, to the end of the line. */
  readonly directLine: string
  /** Headers of a connection that stays or, while the server closes, ends; each line with its end. */
  readonly connectionLines: string
  readonly closing: boolean
  answer(request: HttpRequest, response: HttpResponse): void
  /** Gives the connection to Node's HTTP for good, `bytes` first. */
  handOver(connection: DirectConnection, bytes: Buffer): void
  forget(connection: DirectConnection): void
}

/**
 * A connection whose requests come whole, one at a time. They cost half of what they cost through Node's HTTP, which makes
 * two streams of each. As soon as anything else comes, the connection is Node's.
 */
export class DirectConnection implements ResponseConnection {
  /** How often the server has looked since something came. */
  looks = 0
  private response: DirectResponse | undefined
  /** What came while a request was under way. */
  private held: Buffer[] = []
  private readonly data = this.take.bind(this)
  private readonly end = this.endSide.bind(this)
  private readonly close = this.leave.bind(this)
  private readonly drained = this.goOn.bind(this)

  constructor(
    readonly socket: Socket,
    private readonly host: ConnectionHost,
  ) {
    socket.on('data', this.data).on('end', this.end).on('close', this.close).on('error', this.close)
  }

  get idle(): boolean {
    return this.response === undefined
  }

  get connectionLines(): string {
    return this.host.connectionLines
  }

  /** Nothing of ours listens to the socket any more. */
  release(): void {
    const { socket, data, end, close, drained } = this
    socket.off('data', data).off('end', end).off('close', close).off('error', close).off('drain', drained)
  }

  send(head: string, body: string | Buffer, encoding: BufferEncoding, written: Written): void {
    this.write(head, body, encoding, written)
    this.response = undefined
    if (this.host.closing) this.socket.end()
    else if (this.socket.writableNeedDrain) this.rest()
    else if (this.held.length > 0) this.takeHeld()
  }

  private write(head: string, body: string | Buffer, encoding: BufferEncoding, written: Written): void {
    const { socket } = this
    if (typeof body === 'string') socket.write(head + body, encoding, written)
    else {
      socket.cork()
      socket.write(head, 'latin1')
      socket.write(body, written)
      socket.uncork()
    }
  }

  /** Who does not read answers is not asked for more: they would pile up here. */
  private rest(): void {
    this.socket.pause().once('drain', this.drained)
  }

  private goOn(): void {
    if (this.held.length > 0) this.takeHeld()
    else this.socket.resume()
  }

  private take(chunk: Buffer): void {
    this.looks = 0
    if (this.response) this.hold(chunk)
    else this.read(chunk)
  }

  /** One request at a time: whoever sends more waits. */
  private hold(chunk: Buffer): void {
    this.held.push(chunk)
    this.socket.pause()
  }

  private takeHeld(): void {
    const bytes = Buffer.concat(this.held)
    this.held = []
    this.socket.resume()
    this.read(bytes)
  }

  private read(bytes: Buffer): void {
    const { host, socket } = this
    const head = readDirectHead(bytes, host.directLine)
    if (head) {
      this.response = new DirectResponse(this)
      host.answer(new DirectRequest(host.directPath, head, bytes, socket), this.response)
    } else host.handOver(this, bytes)
  }

  /** A client that ends its side while it waits has gone, as Node's HTTP sees it, too. */
  private endSide(): void {
    this.abandon()
    this.socket.end()
  }

  private leave(): void {
    this.host.forget(this)
    this.socket.destroy()
    this.abandon()
  }

  private abandon(): void {
    const { response } = this
    this.response = undefined
    response?.close(false)
  }
}
