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

  /** Who is next; undefined where nobody waits. */
  get next(): Arrival | undefined {
    return this.first('MISSION_CRITICAL') ?? this.first('INTERNAL')
  }

  /** The first of a kind. */
  first(kind: Criticality): Arrival | undefined {
    return this.waiting[kind][0]
  }

  /** Takes out the first of a kind. */
  shift(kind: Criticality): void {
    this.waiting[kind].shift()
  }

  /** How long the first of a kind has waited at `now`, in milliseconds; 0 where none waits. */
  waitMs(kind: Criticality, now: number): number {
    return now - (this.first(kind)?.since ?? now)
  }
}
