import type { HttpRequest, HttpResponse } from '../../shared/http/message.js'
import type { Criticality } from '../../shared/identity/claims.js'
import type { Caller } from '../identity/caller.js'

/** A request that has been seen and is not begun. */
export interface Arrival {
  readonly request: HttpRequest
  readonly response: HttpResponse
  readonly caller: Caller
  readonly kind: Criticality
  /** Since when it has waited, in milliseconds from any fixed point. */
  readonly since: number
}

/** Requests that wait to be begun: those of mission-critical clients first, each kind in the order in which they came. */
export class Arrivals {
  private readonly waiting: Readonly<Record<Criticality, Arrival[]>> = { MISSION_CRITICAL: [], INTERNAL: [] }

  get size(): number {
    return this.waiting.MISSION_CRITICAL.length + this.waiting.INTERNAL.length
  }

  add(arrival: Arrival): void {
    this.waiting[arrival.kind].push(arrival)
  }

  take(): Arrival | undefined {
    return this.waiting.MISSION_CRITICAL.shift() ?? this.waiting.INTERNAL.shift()
  }

  /** Takes the first of a kind, if it `is` so. */
  takeIf(kind: Criticality, is: (arrival: Arrival) => boolean): Arrival | undefined {
    const [first] = this.waiting[kind]
    return first && is(first) ? this.waiting[kind].shift() : undefined
  }

  /** How long the first of a kind has waited at `now`, in milliseconds; 0 where none waits. */
  waitMs(kind: Criticality, now: number): number {
    return now - (this.waiting[kind][0]?.since ?? now)
  }
}
