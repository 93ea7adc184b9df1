import { BlockList, isIP } from 'node:net'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { ClientDelivery } from './client-document.js'

/**
 * Refuses a policy that allows anything which an admin has forbidden: `FORBIDDEN` with the path, what was expected and what
 * came. A stricter one is nobody's harm.
 */
export function refuseLooser(policy: ClientDelivery, floor: ClientDelivery): void {
  if (floor.operations === 'SAFELISTED' && policy.operations === 'ANY') throw looser('operations', 'SAFELISTED', 'ANY')
  if (!floor.introspection && policy.introspection) throw looser('introspection', 'false', 'true')
  refuseWider('origins', policy.origins, floor.origins, (origin) => floor.origins.includes(origin))
  refuseWider('networks', policy.networks, floor.networks, (network) => isWithin(network, floor.networks))
}

/** An empty list allows everything. */
function refuseWider(
  aspect: 'origins' | 'networks',
  given: readonly string[],
  floor: readonly string[],
  isAllowed: (value: string) => boolean,
): void {
  if (floor.length === 0) return
  const expected = `some of ${floor.join(', ')}`
  if (given.length === 0) throw looser(aspect, expected, 'none, which is anywhere')
  const wide = given.findIndex((value) => !isAllowed(value))
  if (wide >= 0) throw looser(`${aspect}.${wide}`, expected, given[wide]!)
}

function isWithin(network: string, others: readonly string[]): boolean {
  const { address, bits, family } = partsOf(network)
  return others.some((other) => {
    const outer = partsOf(other)
    if (outer.family !== family || outer.bits > bits) return false
    const list = new BlockList()
    list.addSubnet(outer.address, outer.bits, family)
    return list.check(address, family)
  })
}

function partsOf(network: string): { address: string; bits: number; family: 'ipv4' | 'ipv6' } {
  const [address = '', bits] = network.split('/')
  return { address, bits: Number(bits), family: isIP(address) === 4 ? 'ipv4' : 'ipv6' }
}

function looser(aspect: string, expected: string, received: string): ModelgraphError {
  const path = `policy.${aspect}`
  const message = `${path} is ${received}, but an admin has set ${expected}; only admins may loosen that.`
  return new ModelgraphError('FORBIDDEN', message, { path, expected, received })
}
