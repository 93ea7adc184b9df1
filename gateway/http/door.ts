import { ABORTED } from '../../shared/control/usage.js'
import type { HttpRequest, HttpResponse } from '../../shared/http/message.js'
import { CRITICALITIES, criticalityOf } from '../../shared/identity/claims.js'
import type { LoopTime } from '../../shared/load/loop-wait.js'
import type { Log } from '../../shared/telemetry/log.js'
import type { Authenticate } from '../identity/authenticate.js'
import { bearerOf } from '../identity/bearer.js'
import type { Caller } from '../identity/caller.js'
import type { Shedder } from '../limits/shedding/shedder.js'
import type { EndedRequest } from '../usage/used.js'
import { type Arrival, Arrivals } from './arrivals.js'
import { DoorRefusals } from './door-refusals.js'

export interface DoorOptions {
  readonly shedder: Pick<
    Shedder,
    'arrive' | 'noteWait' | 'crowded' | 'begins' | 'sheds' | 'refuses' | 'refusesQueued' | 'refusal'
  >
  readonly authenticate: Authenticate
  readonly log: Log
  readonly loop: Pick<LoopTime, 'monotonic' | 'endOfTurn'>
  /** Told of every request that ends here. */
  readonly onEnded: (ended: EndedRequest) => void
}

/** Begins a request that has waited so long in the queue, in milliseconds. A caller that is known already need not be asked for again. */
export type Enter = (request: HttpRequest, response: HttpResponse, caller: Caller | undefined, waitedMs: number) => void

/** A body of this size that is refused is taken off the connection without more ado, in bytes. */
const SMALL_BODY = 65_536

/**
 * Where requests come in. Few that come together begin at once. Of many, the rest waits, and some begin at the end of each
 * turn of the event loop, so that the answers to those before are read in between; mission-critical ones overtake the
 * others. Under overload some are refused before anything is made of them: by their headers alone, with an answer written
 * beforehand. What is out of the ordinary goes on as if there were no door.
 */
export class Door {
  private readonly arrivals = new Arrivals()
  private readonly refusals: DoorRefusals

  constructor(private readonly options: DoorOptions) {
    const { shedder, log, loop } = options
    this.refusals = new DoorRefusals({ shedder, log, monotonic: loop.monotonic })
  }

  meet(request: HttpRequest, response: HttpResponse, enter: Enter): void {
    const { shedder, loop } = this.options
    const waitedMs = shedder.arrive()
    const isQueued = this.arrivals.size > 0 || shedder.crowded
    if (!isQueued) shedder.noteWait(waitedMs)
    const caller = (isQueued || shedder.sheds) && isPlain(request) ? this.callerOf(request) : undefined
    if (!caller || !(isQueued || shedder.refuses(criticalityOf(caller.identity)))) {
      enter(request, response, caller, 0)
      return
    }
    const arrival = {
      request,
      response,
      caller,
      kind: criticalityOf(caller.identity),
      since: loop.monotonic() - waitedMs,
    }
    if (isQueued) this.queue(arrival, enter)
    else this.refuse(arrival)
  }

  private queue(arrival: Arrival, enter: Enter): void {
    const { arrivals } = this
    const { shedder, loop } = this.options
    const now = loop.monotonic()
    // It would wait for as long as the first of its kind has.
    const waitMs = Math.max(now - arrival.since, arrivals.waitMs(arrival.kind, now))
    if (shedder.refusesQueued(arrival.kind, waitMs)) this.refuse(arrival)
    else {
      if (arrivals.size === 0) loop.endOfTurn(() => this.begin(enter))
      arrivals.add(arrival)
    }
  }

  private begin(enter: Enter): void {
    const { arrivals } = this
    const { shedder, loop } = this.options
    const now = loop.monotonic()
    const longestMs = Math.max(arrivals.waitMs('MISSION_CRITICAL', now), arrivals.waitMs('INTERNAL', now))
    shedder.noteWait(longestMs, arrivals.size)
    this.refuseLate(now)
    for (let begun = 0, next = arrivals.next; next && shedder.begins(next.kind, begun); next = arrivals.next) {
      arrivals.shift(next.kind)
      if (next.response.destroyed) this.end(next, GONE)
      else {
        begun += 1
        enter(next.request, next.response, next.caller, now - next.since)
      }
    }
    if (arrivals.size > 0) loop.endOfTurn(() => this.begin(enter))
  }

  /** Those who have waited for too long are told so now, not when those who overtake them have all begun. */
  private refuseLate(now: number): void {
    for (const kind of CRITICALITIES) {
      for (let first = this.arrivals.first(kind); first && this.isLate(first, now); first = this.arrivals.first(kind)) {
        this.arrivals.shift(kind)
        this.refuse(first)
      }
    }
  }

  private isLate({ kind, since }: Arrival, now: number): boolean {
    return this.options.shedder.refusesQueued(kind, now - since)
  }

  private refuse(arrival: Arrival): void {
    const { request, response } = arrival
    if (response.destroyed) this.end(arrival, GONE)
    else {
      this.refusals.refuse(request, response)
      this.end(arrival, REFUSED)
    }
  }

  private end({ caller, since }: Arrival, codes: readonly string[]): void {
    const { onEnded, loop } = this.options
    const latencyMs = loop.monotonic() - since
    onEnded({ client: caller.terms.clientId, operation: undefined, codes, latencyMs, predicted: [], isHot: false })
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
}

const REFUSED = ['OVERLOADED']
const GONE = [ABORTED]

/** Browsers want headers of their own in an answer, and large bodies patience. */
function isPlain({ url, headers, method }: HttpRequest): boolean {
  return (
    url === '/graphql' &&
    method === 'POST' &&
    headers.origin === undefined &&
    Number(headers['content-length']) <= SMALL_BODY
  )
}
