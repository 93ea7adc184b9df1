import type { PartExtensions } from '../../shared/mesh/protocol.js'
import { textOf } from '../mesh/json.js'
import type { HttpReply, HttpRequest, Transport } from '../mesh/wire/transport.js'

/** A GraphQL operation as a subgraph reads it. */
export interface SentOperation {
  readonly query: string
  readonly operationName?: string
  readonly variables?: Record<string, unknown>
  readonly extensions: { readonly modelgraph: PartExtensions }
}

/** A request that waits for what the test lets become of it. */
export class SentRequest {
  isBrokenOff = false

  constructor(
    readonly request: HttpRequest,
    private readonly ended: (reply: HttpReply | Error) => void,
  ) {}

  get isArray(): boolean {
    return this.body.startsWith('[')
  }

  get body(): string {
    return textOf(this.request.body ?? [])
  }

  get operations(): SentOperation[] {
    return [JSON.parse(this.body)].flat()
  }

  /** Answers with JSON, or with a body as it is. */
  answer(body: unknown, headers: HttpReply['headers'] = {}, status = 200): void {
    this.reply({ status, headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) })
  }

  /** Answers every operation with the same data. */
  succeed(data: object = { ok: true }): void {
    const answers = this.operations.map(() => ({ data }))
    this.answer(this.isArray ? answers : answers[0])
  }

  fail(code = 'ECONNRESET'): void {
    if (!this.isBrokenOff) this.ended(Object.assign(new Error(code), { code }))
  }

  private reply(reply: HttpReply): void {
    if (!this.isBrokenOff) this.ended(reply)
  }
}

/** A network that a test owns. */
export class FakeTransport {
  readonly sent: SentRequest[] = []

  readonly send: Transport = (request, ended) => {
    const sent = new SentRequest(request, ended)
    this.sent.push(sent)
    return () => {
      sent.isBrokenOff = true
    }
  }

  /** Takes the requests that were sent since the last time, to one origin or to all. */
  take(origin?: string): SentRequest[] {
    const taken = this.sent.filter(({ request }) => origin === undefined || request.origin === origin)
    for (const request of taken) this.sent.splice(this.sent.indexOf(request), 1)
    return taken
  }
}
