import { randomUUID } from 'node:crypto'
import { ERRORS } from '../../shared/errors/table.js'
import type { HttpRequest, HttpResponse } from '../../shared/http/message.js'
import { REQUEST_ID_HEADER } from '../../shared/identity/claims.js'
import type { Log } from '../../shared/telemetry/log.js'
import { presentError } from '../errors/present.js'
import { retryAfterOf } from '../errors/present-errors.js'
import type { Shedder } from '../limits/shedding/shedder.js'
import { requestIdOf } from './request-id.js'

export interface DoorRefusalsOptions {
  readonly shedder: Pick<Shedder, 'refusal'>
  readonly log: Log
  /** Milliseconds from any fixed point, never going back. */
  readonly monotonic: () => number
}

/** Answers that are written beforehand, each with another time to come back. */
const ANSWERS = 64

/** Requests refused at the door have one line together in so many milliseconds: a line each would cost more than they do. */
const REPORT_EVERY_MS = 1_000

/** Refuses requests with answers that are written beforehand. */
export class DoorRefusals {
  private readonly answers: readonly Answer[]
  private next = 0
  private unreported = 0
  private reportedAt = Number.NEGATIVE_INFINITY

  constructor(private readonly options: DoorRefusalsOptions) {
    this.answers = Array.from({ length: ANSWERS }, () => answerOf(options))
  }

  refuse(request: HttpRequest, response: HttpResponse): void {
    const { head, body } = this.answers[this.next++ % ANSWERS]!
    response.writeHead(ERRORS.OVERLOADED.http, [REQUEST_ID_HEADER, requestIdOf(request.headers, randomUUID), ...head])
    response.end(body, 'latin1')
    this.report()
  }

  private report(): void {
    this.unreported += 1
    const now = this.options.monotonic()
    if (now - this.reportedAt < REPORT_EVERY_MS) return
    this.options.log.warn({ refused: this.unreported }, 'too much to do: requests are refused at the door')
    this.unreported = 0
    this.reportedAt = now
  }
}

interface Answer {
  /** Names and values, one after the other. */
  readonly head: readonly string[]
  readonly body: string
}

function answerOf({ shedder, log }: DoorRefusalsOptions): Answer {
  const presented = presentError(shedder.refusal(), '', log)
  const body = JSON.stringify({ errors: [presented] })
  const head = ['content-type', 'application/json; charset=utf-8', 'cache-control', 'no-store']
  const retryAfter = retryAfterOf(presented)!
  return { head: [...head, 'content-length', String(body.length), 'retry-after', retryAfter], body }
}
