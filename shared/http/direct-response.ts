import { STATUS_CODES } from 'node:http'
import type { HttpResponse } from './message.js'

/** Told when the system has taken a response, with an error when its connection broke before. */
export type Written = (error?: Error | null) => void

/** Where a response goes. */
export interface ResponseConnection {
  /** Headers of the connection itself, each line with its end. */
  readonly connectionLines: string
  send(head: string, body: string | Buffer, encoding: BufferEncoding, written: Written): void
}

/** The response to a {@link DirectRequest}. */
export class DirectResponse implements HttpResponse {
  statusCode = 200
  writableFinished = false
  private head = ''
  private closed: (() => void) | undefined

  /** `connection` until the response has left, or the connection. */
  constructor(private connection: ResponseConnection | undefined) {}

  get destroyed(): boolean {
    return this.connection === undefined
  }

  once(_event: 'close', listener: () => void): void {
    this.closed = listener
  }

  /** Throws a `TypeError` for a value that would not stay within its line. */
  writeHead(status: number, headers: readonly string[]): this {
    this.statusCode = status
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`
    for (let at = 0; at < headers.length; at += 2) {
      const value = headers[at + 1]!
      if (NOT_IN_A_LINE.test(value)) throw new TypeError(`The header ${headers[at]} holds a character it may not.`)
      head += `${headers[at]}: ${value}\r\n`
    }
    this.head = `${head}${this.connection?.connectionLines}\r\n`
    return this
  }

  end(body: string | Buffer, encoding: BufferEncoding = 'utf8'): void {
    this.connection?.send(this.head, body, encoding, (error) => this.close(!error))
  }

  /** Its connection has gone, or it has left. */
  close(finished: boolean): void {
    const { closed } = this
    this.writableFinished = finished
    this.connection = this.closed = undefined
    closed?.()
  }
}

const NOT_IN_A_LINE = /[^\t\x20-\x7e]/
