import { sizeOf } from '../json.js'
import type { MeshTime } from '../mesh-time.js'
import type { Carrier, Letter, Sender } from './carrier.js'
import { encodeParts } from './encode.js'
import { Failure, type Outcome, type Part } from './part.js'

/** What an exchange says of its replica; nothing where nobody waited for the answer any more. */
export type Verdict = 'well' | 'unwell' | 'unknown'

export interface ExchangeOptions {
  readonly carrier: Carrier
  /** The signed identity of the gateway for a body; `now` is in milliseconds since the epoch. */
  readonly sign: (body: readonly Uint8Array[], now: number) => string
  readonly time: MeshTime
  /** Told once: before the first part that speaks against the replica, or after the last. */
  readonly judged: (verdict: Verdict) => void
}

/** One letter with the parts it carries. Each part is waited for until it expires, and no longer. */
export class Exchange implements Sender {
  private waiting: number
  private over = false
  private isJudged = false
  private startedAt = 0
  private cancelTimer: (() => void) | undefined
  private breakOff: (() => void) | undefined

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
    const breakOff = this.options.carrier.carry(this.letter(), this)
    if (this.over) breakOff()
    else this.breakOff = breakOff
  }

  answered(index: number, outcome: Outcome): void {
    const part = this.parts[index]
    if (this.over || !part || part.isSettled) return
    if (outcome instanceof Failure && outcome.isFault) this.judge('unwell')
    this.waiting -= 1
    if (this.waiting === 0) this.end('well')
    part.settle(outcome)
  }

  failed(failure: Failure): void {
    if (this.over) return
    this.end('unwell')
    for (const part of this.parts) part.settle(failure)
  }

  private letter(): Letter {
    const { parts } = this
    const { time, sign } = this.options
    const now = time.monotonic()
    const body = encodeParts(parts, now)
    const last = parts.reduce((latest, { expiresAt }) => Math.max(latest, expiresAt), now + 1)
    return {
      parts: parts.length,
      body,
      bodyBytes: sizeOf(body),
      identity: sign(body, time.now()),
      deadline: String(Math.ceil(last - now)),
      requestId: parts[0]!.context.requestId,
    }
  }

  /** A part is waited for no longer; with the last one, the request is broken off. */
  private leave(): void {
    this.waiting -= 1
    if (this.waiting > 0 || this.over) return
    this.end(this.isOverdue() ? 'unwell' : 'unknown')
    this.breakOff?.()
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
    if (isLast) this.breakOff?.()
    else if (!this.over) this.watch()
  }

  private end(verdict: Verdict): void {
    this.over = true
    this.cancelTimer?.()
    this.judge(verdict)
  }

  private judge(verdict: Verdict): void {
    if (this.isJudged) return
    this.isJudged = true
    this.options.judged(verdict)
  }
}
