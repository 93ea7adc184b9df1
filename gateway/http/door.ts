import { randomUUID } from 'node:crypto'
import { ERRORS } from '../../shared/errors/table.js'
import type { HttpRequest, HttpResponse } from '../../shared/http/message.js'
import { REQUEST_ID_HEADER } from '../../shared/identity/claims.js'
import type { Log } from '../../shared/telemetry/log.js'
import { presentError } from '../errors/present.js'
import { retryAfterOf } from '../errors/present-errors.js'
import type { Authenticate } from '../identity/authenticate.js'
import { bearerOf } from '../identity/bearer.js'
import type { Caller } from '../identity/caller.js'
import type { Shedder } from '../limits/shedding/shedder.js'
import type { EndedRequest } from '../usage/used.js'
import { requestIdOf } from './request-id.js'

export interface DoorOptions {
  readonly shedder: Pick<Shedder, 'arrive' | 'refuses' | 'refusal' | 'waitMs'>
  readonly authenticate: Authenticate
  readonly log: Log
  /** Milliseconds from any fixed point, never going back. */
  readonly monotonic: () => number
  /** Told of every request that was refused here. */
  readonly onEnded: (ended: EndedRequest) => void
}

/** What became of a request at the door; a caller that is known already need not be asked for again. */
export type Met = 'refused' | Caller | undefined

/** Answers that are written beforehand, each with another time to come back. */
const ANSWERS = 64

/** A body of this size that is refused is taken off the connection without more ado, in bytes. */
const SMALL_BODY = 65_536

/** Requests refused at the door have one line together in so many milliseconds: a line each would cost more than they do. */
const REPORT_EVERY_MS = 1_000

/**
 * Refuses under overload before anything is made of a request: by its headers alone, with an answer written beforehand, so
 * that it costs little more than the HTTP around it. What is not plainly to be refused goes on as if there were no door.
 */
export class Door {
  private readonly answers: readonly Answer[]
  private next = 0
  private unreported = 0
  private reportedAt = Number.NEGATIVE_INFINITY

  constructor(private readonly options: DoorOptions) {
    this.answers = Array.from({ length: ANSWERS }, () => answerOf(options))
  }

  meet(request: HttpRequest, response: HttpResponse): Met {
    if (!this.options.shedder.arrive() || !isPlain(request)) return undefined
    const caller = this.callerOf(request)
    if (!caller || !this.options.shedder.refuses(caller.identity.criticality ?? 'INTERNAL')) return caller
    this.answer(request, response)
    const latencyMs = this.options.shedder.waitMs
    this.options.onEnded({ client: caller.terms.clientId, operation: undefined, latencyMs, ...REFUSED })
    this.report()
    return 'refused'
  }

  /** Undefined for a caller of whom others have to be asked, and for none: they are told so where there is time. */
  private callerOf(request: HttpRequest): Caller | undefined {
    try {
      const caller = this.options.authenticate(bearerOf(request))
      if (!(caller instanceof Promise)) return caller
      caller.catch(() => {})
      return undefined
    } catch {
      return undefined
    }
  }

  private answer(request: HttpRequest, response: HttpResponse): void {
    const { head, body } = this.answers[this.next++ % ANSWERS]!
    response.writeHead(ERRORS.OVERLOADED.http, [REQUEST_ID_HEADER, requestIdOf(request.headers, randomUUID), ...head])
    response.end(body, 'latin1')
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

const REFUSED = { codes: ['OVERLOADED'], predicted: [], isHot: false } as const

interface Answer {
  /** Names and values, one after the other. */
  readonly head: readonly string[]
  readonly body: string
}

function answerOf({ shedder, log }: DoorOptions): Answer {
  const presented = presentError(shedder.refusal(), '', log)
  const body = JSON.stringify({ errors: [presented] })
  const head = ['content-type', 'application/json; charset=utf-8', 'cache-control', 'no-store']
  const retryAfter = retryAfterOf(presented)!
  return { head: [...head, 'content-length', String(body.length), 'retry-after', retryAfter], body }
}

/** Browsers want headers of their own in an answer, and large bodies patience. */
function isPlain({ url, headers, method }: HttpRequest): boolean {
  return (
    url === '/graphql' &&
    method === 'POST' &&
    headers.origin === undefined &&
    Number(headers['content-length']) <= SMALL_BODY
  )
}
