import { errors } from 'undici'
import { DEADLINE_HEADER, IDENTITY_HEADER, REQUEST_ID_HEADER } from '../../../shared/identity/claims.js'
import { PARTS_HEADER } from '../../../shared/mesh/protocol.js'
import type { FetchOperation } from '../mesh.js'
import type { MeshTime } from '../mesh-time.js'
import { encodeParts } from './encode.js'
import { Failure, type Part } from './part.js'
import { readReply } from './read-reply.js'
import type { HttpReply, HttpRequest, Transport } from './transport.js'

/** What an exchange says of its replica; nothing where nobody waited for the answer any more. */
export type Verdict = 'well' | 'unwell' | 'unknown'

export interface ExchangeOptions {
  readonly subgraph: string
  readonly origin: string
  readonly path: string
  readonly transport: Transport
  /** The signed identity of the gateway for a body; `now` is in milliseconds since the epoch. */
  readonly sign: (body: readonly Uint8Array[], now: number) => string
  readonly time: MeshTime
  /** Told once, before the parts are. */
  readonly ended: (verdict: Verdict) => void
  /** Told of every reply whether the replica knows parts, so that several may travel together. */
  readonly replied: (knowsParts: boolean) => void
  /** Told of each operation to which the replica says that it has too much to do. */
  readonly refused: (operation: FetchOperation) => void
}

/** One HTTP request with the parts it carries. Each part is waited for until it expires, and no longer. */
export class Exchange {
  private waiting: number
  private over = false
  private startedAt = 0
  private cancelTimer = (): void => {}
  private breakOff = (): void => {}

  constructor(
    private readonly parts: readonly Part[],
    private readonly options: ExchangeOptions,
  ) {
    this.waiting = parts.length
  }

  start(): void {
    this.startedAt = this.options.time.monotonic()
    for (const part of this.parts) part.sent(() => this.leave())
    this.watch()
    const breakOff = this.options.transport(this.request(), (reply) => this.receive(reply))
    if (this.over) breakOff()
    else this.breakOff = breakOff
  }

  private request(): HttpRequest {
    const { parts, options } = this
    const { time, origin, path } = options
    const now = time.monotonic()
    const body = encodeParts(parts, now)
    const last = parts.reduce((latest, { expiresAt }) => Math.max(latest, expiresAt), now + 1)
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      [IDENTITY_HEADER]: options.sign(body, time.now()),
      [DEADLINE_HEADER]: String(Math.ceil(last - now)),
    }
    if (parts.length === 1) headers[REQUEST_ID_HEADER] = parts[0]!.context.requestId
    return { origin, method: 'POST', path, headers, body }
  }

  private receive(reply: HttpReply | Error): void {
    if (this.over) return
    if (reply instanceof Error) return void this.settleAll(failureOf(reply))
    this.options.replied(typeof reply.headers[PARTS_HEADER] === 'string')
    const reading = readReply(reply, this.parts.length, this.options.subgraph)
    const unwell = reading.some((outcome) => outcome instanceof Failure && outcome.isFault)
    this.end(unwell ? 'unwell' : 'well')
    this.parts.forEach((part, index) => {
      const outcome = reading[index]!
      if (outcome instanceof Failure && outcome.kind === 'overloaded') this.options.refused(part.operation)
      part.settle(outcome)
    })
  }

  private settleAll(failure: Failure): void {
    this.end('unwell')
    for (const part of this.parts) part.settle(failure)
  }

  /** A part is waited for no longer; with the last one, the request is broken off. */
  private leave(): void {
    this.waiting -= 1
    if (this.waiting > 0 || this.over) return
    this.end(this.isOverdue() ? 'unwell' : 'unknown')
    this.breakOff()
  }

  /** Whether more than half of the time for the answer is over: then it is not for impatience that nobody waits. */
  private isOverdue(): boolean {
    const last = this.parts.reduce((latest, { expiresAt }) => Math.max(latest, expiresAt), this.startedAt)
    return this.options.time.monotonic() - this.startedAt >= (last - this.startedAt) / 2
  }

  /** Looks again when the next part is to be reviewed or expires. */
  private watch(): void {
    const { time } = this.options
    let next = Infinity
    for (const { isSettled, expiresAt, reviewAt } of this.parts) {
      if (!isSettled) next = Math.min(next, expiresAt, reviewAt)
    }
    this.cancelTimer = time.after(Math.max(1, next - time.monotonic()), () => this.look())
  }

  private look(): void {
    const now = this.options.time.monotonic()
    for (const part of this.parts) if (!part.isSettled && part.reviewAt <= now) part.review()
    this.expire(now)
  }

  private expire(now: number): void {
    const late = this.parts.filter((part) => !part.isSettled && part.expiresAt <= now)
    this.waiting -= late.length
    const isLast = this.waiting === 0
    if (isLast) this.end('unwell')
    for (const part of late) part.settle(new Failure('late', 'did not answer in time'))
    if (isLast) this.breakOff()
    else if (!this.over) this.watch()
  }

  private end(verdict: Verdict): void {
    this.over = true
    this.cancelTimer()
    this.options.ended(verdict)
  }
}

function failureOf(cause: Error): Failure {
  const code = 'code' in cause ? cause.code : undefined
  const refused = code === 'ECONNREFUSED' || cause instanceof errors.ConnectTimeoutError
  return refused
    ? new Failure('refused', 'accepts no connections', { cause })
    : new Failure('broken', 'broke the connection', { cause })
}
