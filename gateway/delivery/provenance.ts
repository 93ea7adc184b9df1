import type { DeliveryPolicy } from '../../shared/control/protocol.js'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { HttpRequest } from '../../shared/http/message.js'
import { clientAddress } from './client-address.js'
import { Networks } from './networks.js'

/** Refuses what comes from where a client must not call from. */
export class Provenance {
  private readonly compiled = new WeakMap<DeliveryPolicy, Networks>()

  /** `proxies`: whose `x-forwarded-for` is believed. */
  constructor(private readonly proxies: Networks) {}

  /**
   * Throws `FORBIDDEN` for a page of an origin, or an address of a network, that the client has not named. What sends no
   * `Origin` is no browser.
   */
  admit(request: HttpRequest, delivery: DeliveryPolicy): void {
    if (!this.admitsOrigin(request.headers.origin, delivery)) {
      throw new ModelgraphError('FORBIDDEN', 'Pages of this origin may not call with this key.')
    }
    if (delivery.networks.length > 0) this.admitNetwork(request, delivery)
  }

  /** Whether pages of an origin may call. */
  admitsOrigin(origin: string | undefined, { origins }: DeliveryPolicy): boolean {
    return origin === undefined || origins.length === 0 || origins.includes(origin)
  }

  private admitNetwork(request: HttpRequest, delivery: DeliveryPolicy): void {
    const address = clientAddress(request, this.proxies)
    if (address !== undefined && this.networksOf(delivery).has(address)) return
    throw new ModelgraphError('FORBIDDEN', `Calls from ${address ?? 'an unknown address'} may not use this key.`)
  }

  private networksOf(delivery: DeliveryPolicy): Networks {
    const known = this.compiled.get(delivery)
    if (known) return known
    const networks = new Networks(delivery.networks)
    this.compiled.set(delivery, networks)
    return networks
  }
}
