import type { FetchOperation } from '../mesh.js'
import type { MeshTime } from '../mesh-time.js'
import { Exchange, type ExchangeOptions, type Verdict } from '../wire/exchange.js'
import { Outbox } from '../wire/outbox.js'
import type { Part } from '../wire/part.js'
import type { Candidate } from './choose.js'
import { ReplicaHealth } from './health.js'

export interface ReplicaOptions extends Pick<ExchangeOptions, 'subgraph' | 'transport' | 'sign'> {
  readonly time: MeshTime
  /** Told of every request over HTTP. */
  readonly onRequest: () => void
  /** Told what a request says of the replica. */
  readonly onVerdict: (replica: Replica, verdict: Verdict) => void
}

/** One process that serves a subgraph. */
export class Replica implements Candidate {
  readonly health = new ReplicaHealth()
  readonly origin: string
  /** Parts that were given to it and have not ended. */
  inFlight = 0
  private readonly path: string
  private readonly outbox: Outbox

  constructor(
    readonly url: string,
    private readonly options: ReplicaOptions,
  ) {
    const { origin, pathname, search } = new URL(url)
    this.origin = origin
    this.path = pathname + search
    this.outbox = new Outbox({ send: (parts) => this.exchange(parts), time: options.time })
  }

  share(now: number): number {
    return this.health.share(now)
  }

  /** Sends a part with the others of this event-loop turn. */
  send(part: Part): void {
    this.outbox.add(part)
  }

  private exchange(parts: readonly Part[]): void {
    const { origin, path, options } = this
    options.onRequest()
    const ended = (verdict: Verdict) => options.onVerdict(this, verdict)
    const replied = (knowsParts: boolean) => {
      this.outbox.isShared = knowsParts
    }
    const refused = (operation: FetchOperation) => this.outbox.refused(operation)
    new Exchange(parts, { ...options, origin, path, ended, replied, refused }).start()
  }
}
