import { MAX_LETTER_BYTES } from '../../../shared/mesh/link/letter.js'
import { LINK_HEADER, LINK_PROTOCOL } from '../../../shared/mesh/protocol.js'
import type { Log } from '../../../shared/telemetry/log.js'
import type { MeshTime } from '../mesh-time.js'
import type { Carrier, Letter, Sender } from '../wire/carrier.js'
import type { ExchangeOptions } from '../wire/exchange.js'
import { type HttpCarrierOptions, httpCarrier } from '../wire/http-carrier.js'
import { Link } from './link.js'
import type { OpenLink } from './open-link.js'

export interface LinkedCarrierOptions extends HttpCarrierOptions {
  readonly url: string
  readonly open: OpenLink
  readonly sign: ExchangeOptions['sign']
  readonly time: Pick<MeshTime, 'now' | 'monotonic'>
  readonly log: Log
}

/** After a link that could not be opened, in milliseconds. */
const NEXT_TRY_MS = 10_000

/** Carries letters over a link once the replica has offered one, and as HTTP requests where there is none. */
export class LinkedCarrier implements Carrier {
  /** Whether a link is to be opened when the replica offers one. */
  isWanted = false
  private link: Link | undefined
  private isOpening = false
  private isClosed = false
  private nextTryAt = 0
  private readonly http: Carrier

  constructor(private readonly options: LinkedCarrierOptions) {
    const replied: HttpCarrierOptions['replied'] = (headers) => {
      options.replied(headers)
      if (headers[LINK_HEADER] === LINK_PROTOCOL) this.offered()
    }
    this.http = httpCarrier({ ...options, replied })
  }

  get isLinked(): boolean {
    return this.link?.isOpen ?? false
  }

  carry(letter: Letter, sender: Sender): () => void {
    return this.carrierOf(letter).carry(letter, sender)
  }

  /** The link ends with its last letter. */
  close(): void {
    this.isClosed = true
    this.link?.close()
  }

  private carrierOf({ bodyBytes }: Letter): Carrier {
    return this.link?.isOpen && bodyBytes <= MAX_LETTER_BYTES ? this.link : this.http
  }

  private offered(): void {
    const { time } = this.options
    if (!this.isWanted || this.isClosed || this.isOpening || this.isLinked) return
    if (time.monotonic() < this.nextTryAt) return
    this.isOpening = true
    void this.open().finally(() => {
      this.isOpening = false
    })
  }

  private async open(): Promise<void> {
    const { open, url, sign, time, subgraph, log } = this.options
    try {
      this.link = new Link(await open(url, sign([], time.now())), subgraph)
      if (this.isClosed) this.link.close()
    } catch (err) {
      this.nextTryAt = time.monotonic() + NEXT_TRY_MS
      log.info({ err, subgraph, url }, 'a replica has no link to offer after all; going on over HTTP')
    }
  }
}
