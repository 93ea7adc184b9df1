import { Server, type ServerOptions } from 'node:http'
import type { Socket } from 'node:net'
import { type ConnectionHost, DirectConnection } from './direct-connection.js'
import type { HttpRequest, HttpResponse } from './message.js'

export interface HttpServerOptions extends ServerOptions {
  /** How long a connection may be idle, in milliseconds. */
  readonly keepAliveTimeout: number
  /** The path at which plain requests by POST are read without Node's HTTP. */
  readonly directPath: string
}

/** How often idle connections are looked for, in milliseconds. */
const LOOK_EVERY_MS = 5_000

/**
 * Node's HTTP server with a shorter way for the requests that nearly all are: by POST to one path, in their plainest form,
 * whole in one piece (see `readDirectHead`). A connection on which anything else comes is Node's from then on, with all
 * that it knows of HTTP.
 */
export class HttpServer extends Server implements ConnectionHost {
  readonly directPath: string
  readonly directLine: string
  closing = false
  readonly #direct = new Set<DirectConnection>()
  readonly #begin: (socket: Socket) => void
  readonly #looking: NodeJS.Timeout
  #lines = { second: Number.NaN, text: '' }

  constructor(
    options: HttpServerOptions,
    readonly answer: (request: HttpRequest, response: HttpResponse) => void,
  ) {
    super(options, answer)
    this.directPath = options.directPath
    this.directLine = `POST ${options.directPath} HTTP/1.1\r\n`
    this.#begin = this.listeners('connection')[0] as (socket: Socket) => void
    this.removeAllListeners('connection')
    this.on('connection', (socket: Socket) => this.#direct.add(new DirectConnection(socket, this)))
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY_MS).unref()
  }

  /** As Node's server writes them; a new date every second. */
  get connectionLines(): string {
    const second = Math.floor(Date.now() / 1_000)
    if (second !== this.#lines.second) this.#lines = { second, text: this.#linesAt(new Date(second * 1_000)) }
    return this.#lines.text
  }

  handOver(connection: DirectConnection, bytes: Buffer): void {
    const { socket } = connection
    connection.release()
    this.forget(connection)
    this.#begin.call(this, socket)
    socket.unshift(bytes)
  }

  forget(connection: DirectConnection): void {
    this.#direct.delete(connection)
  }

  override close(callback?: (error?: Error) => void): this {
    this.closing = true
    this.#lines = { second: Number.NaN, text: '' }
    clearInterval(this.#looking)
    return super.close(callback)
  }

  override closeIdleConnections(): void {
    super.closeIdleConnections()
    for (const { idle, socket } of this.#direct) if (idle) socket.end()
  }

  override closeAllConnections(): void {
    super.closeAllConnections()
    for (const { socket } of this.#direct) socket.destroy()
  }

  #linesAt(date: Date): string {
    const stays = `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(this.keepAliveTimeout / 1_000)}`
    return `Date: ${date.toUTCString()}\r\n${this.closing ? 'Connection: close' : stays}\r\n`
  }

  #look(): void {
    const most = this.keepAliveTimeout / LOOK_EVERY_MS
    for (const connection of this.#direct) {
      if (connection.idle && connection.looks++ > most) connection.socket.destroy()
    }
  }
}
