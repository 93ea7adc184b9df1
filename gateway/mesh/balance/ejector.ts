import type { Log } from '../../../shared/telemetry/log.js'
import type { MeshTime } from '../mesh-time.js'
import type { Verdict } from '../wire/exchange.js'
import type { Transport } from '../wire/transport.js'
import type { Replica } from './replica.js'

export interface EjectorOptions {
  readonly subgraph: string
  readonly time: MeshTime
  readonly transport: Transport
  readonly log: Log
  /** All replicas of the subgraph. */
  readonly replicas: () => readonly Replica[]
  readonly onEjected: () => void
}

/** Time between two checks of an ejected replica, and the longest wait for one, in milliseconds. */
const CHECK_EVERY_MS = 1_000

/**
 * Takes traffic from replicas that fail, never from the last that has any, and gives it back slowly to those that are ready
 * again by their own word.
 */
export class Ejector {
  private readonly pending = new Map<Replica, () => void>()

  constructor(private readonly options: EjectorOptions) {}

  /** Tells what a request says of a replica. */
  note(replica: Replica, verdict: Verdict): void {
    if (verdict === 'unknown') return
    const { health } = replica
    health.note(verdict === 'unwell', this.options.time.monotonic())
    if (health.isFailing && this.isSpared(replica)) this.eject(replica)
  }

  /** Checks nothing any more. */
  stop(): void {
    for (const cancel of this.pending.values()) cancel()
    this.pending.clear()
  }

  private isSpared(replica: Replica): boolean {
    return this.options.replicas().some((other) => other !== replica && !other.health.isEjected)
  }

  private eject(replica: Replica): void {
    const { log, subgraph, onEjected } = this.options
    const ejectedMs = replica.health.eject()
    log.warn({ subgraph, replica: replica.url, ejectedMs }, 'a replica fails and gets no more requests')
    onEjected()
    this.later(replica, ejectedMs)
  }

  private later(replica: Replica, ms: number): void {
    this.pending.set(
      replica,
      this.options.time.after(ms, () => this.check(replica)),
    )
  }

  /** Asks whether it is ready; whoever knows no such question, and answers it, is. */
  private check(replica: Replica): void {
    this.pending.delete(replica)
    if (!this.options.replicas().includes(replica)) return
    const { time, transport } = this.options
    const timer = time.after(CHECK_EVERY_MS, () => {
      breakOff()
      this.checked(replica, false)
    })
    const request = { origin: replica.origin, path: '/health/ready', method: 'GET', headers: {} } as const
    const breakOff = transport({ ...request, body: undefined }, (reply) => {
      timer()
      this.checked(replica, !(reply instanceof Error) && reply.status < 500)
    })
    this.pending.set(replica, () => {
      timer()
      breakOff()
    })
  }

  private checked(replica: Replica, isReady: boolean): void {
    if (!isReady) return void this.later(replica, CHECK_EVERY_MS)
    const { subgraph, log, time } = this.options
    this.pending.delete(replica)
    replica.health.readmit(time.monotonic())
    log.info({ subgraph, replica: replica.url }, 'a replica is ready again and gets requests')
  }
}
