import { PARTS_HEADER } from '../../../shared/mesh/protocol.js'
import { LinkedCarrier, type LinkedCarrierOptions } from '../link/linked-carrier.js'
import type { MeshTime } from '../mesh-time.js'
import { Exchange, type ExchangeOptions, type Verdict } from '../wire/exchange.js'
import { Outbox } from '../wire/outbox.js'
import type { Part } from '../wire/part.js'
import type { Candidate } from './choose.js'
import { ReplicaHealth } from './health.js'

export interface ReplicaOptions extends Pick<LinkedCarrierOptions, 'subgraph' | 'transport' | 'sign' | 'open' | 'log'> {
  readonly time: MeshTime
  /** Told of every letter. */
  readonly onRequest: () => void
  /** Told what a letter says of the replica. */
  readonly onVerdict: (replica: Replica, verdict: Verdict) => void
}

/**
 * From so many parts on, a letter leaves over a link in the middle of a turn, so that the replica begins while the rest is read.
 * Fewer in each cost more than that gains, and over HTTP these do.
 */
const FULL_LETTER = 16

/** One process that serves a subgraph, or the address of several. */
export class Replica implements Candidate {
  readonly health = new ReplicaHealth()
  readonly origin: string
  /** Parts that were given to it and have not ended. */
  inFlight = 0
  private readonly outbox: Outbox
  private readonly carrier: LinkedCarrier
  private readonly exchange: ExchangeOptions

  constructor(
    readonly url: string,
    private readonly options: ReplicaOptions,
  ) {
    const { origin, pathname, search } = new URL(url)
    const { time, sign } = options
    this.origin = origin
    const isFull = (parts: number) => parts >= FULL_LETTER && this.isLinked
    this.outbox = new Outbox({ send: (parts) => this.send(parts), isFull, time })
    const replied: LinkedCarrierOptions['replied'] = (headers) => {
      this.outbox.isShared = typeof headers[PARTS_HEADER] === 'string'
    }
    this.carrier = new LinkedCarrier({ ...options, url, origin, path: pathname + search, replied })
    const judged = (verdict: Verdict) => options.onVerdict(this, verdict)
    this.exchange = { carrier: this.carrier, sign, time, judged }
  }

  get isLinked(): boolean {
    return this.carrier.isLinked
  }

  share(now: number): number {
    return this.health.share(now)
  }

  /** Gives it a part, to be sent with the others of this event-loop turn. */
  add(part: Part): void {
    this.outbox.add(part)
  }

  /** Whether it is to be given a link: to an address behind which there are several processes, it would reach one of them only. */
  useLink(isWanted: boolean): void {
    this.carrier.isWanted = isWanted
  }

  /** It is given nothing any more, and its connection ends with what it has. */
  close(): void {
    this.carrier.close()
  }

  private send(parts: readonly Part[]): void {
    this.options.onRequest()
    new Exchange(parts, this.exchange).start()
  }
}
