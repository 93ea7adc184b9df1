/** When a replica gets no more requests, and how it comes back. */
export interface HealthOptions {
  /** Faults in a row that eject a replica. */
  readonly faultsInRow: number
  /** Share of requests that must fail within the window to eject it, from 0 to 1. */
  readonly faultShare: number
  /** Requests within the window below which the share says nothing. */
  readonly fewestRequests: number
  readonly windowMs: number
  /** Time of the first ejection, in milliseconds; each further one is twice as long. */
  readonly ejectMs: number
  readonly longestEjectMs: number
  /** Time in which a replica that comes back gets ever more requests, in milliseconds. */
  readonly returnMs: number
}

export const HEALTH: HealthOptions = {
  faultsInRow: 5,
  faultShare: 0.5,
  fewestRequests: 20,
  windowMs: 10_000,
  ejectMs: 1_000,
  longestEjectMs: 60_000,
  returnMs: 5_000,
}

/** Share of its traffic with which a replica comes back. */
const FIRST_SHARE = 0.1

/** What the requests of one replica say about it. A pure state machine: it is told the time. */
export class ReplicaHealth {
  private state: 'well' | 'ejected' | 'returning' = 'well'
  private inRow = 0
  private window = { since: 0, requests: 0, faults: 0 }
  /** Ejections one after the other, without a whole return between them. */
  private ejections = 0
  private returnedAt = 0

  constructor(private readonly options: HealthOptions = HEALTH) {}

  get isEjected(): boolean {
    return this.state === 'ejected'
  }

  /** Share of its usual traffic that it is to be given, from 0 to 1. */
  share(now: number): number {
    if (this.state === 'well') return 1
    if (this.state === 'ejected') return 0
    return Math.min(1, FIRST_SHARE + (now - this.returnedAt) / this.options.returnMs)
  }

  /** Tells how one request ended. */
  note(isFault: boolean, now: number): void {
    const { windowMs, returnMs } = this.options
    if (now - this.window.since >= windowMs) this.window = { since: now, requests: 0, faults: 0 }
    this.window.requests += 1
    this.window.faults += isFault ? 1 : 0
    this.inRow = isFault ? this.inRow + 1 : 0
    if (isFault || this.state !== 'returning' || now - this.returnedAt < returnMs) return
    this.state = 'well'
    this.ejections = 0
  }

  /** Whether it should get no more requests. One that has just come back is given no second chance. */
  get isFailing(): boolean {
    const { faultsInRow, faultShare, fewestRequests } = this.options
    const { requests, faults } = this.window
    if (this.state === 'ejected') return false
    if (this.state === 'returning' && this.inRow > 0) return true
    return this.inRow >= faultsInRow || (requests >= fewestRequests && faults >= requests * faultShare)
  }

  /** Ejects it; answers for how long, in milliseconds. */
  eject(): number {
    const { ejectMs, longestEjectMs } = this.options
    const time = Math.min(longestEjectMs, ejectMs * 2 ** this.ejections)
    this.state = 'ejected'
    this.ejections += 1
    return time
  }

  /** Lets it come back, slowly. */
  readmit(now: number): void {
    this.state = 'returning'
    this.returnedAt = now
    this.inRow = 0
    this.window = { since: now, requests: 0, faults: 0 }
  }
}
