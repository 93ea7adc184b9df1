import type { Network } from '../../deploy/launcher/network.js'
import type { Overloaded } from '../groups/overload.js'
import { costlyBodies } from './costly-version.js'
import { rowBodies } from './one-row.js'
import { atGateway } from './targets.js'

/** A model that has too much to do long before the gateway has: its rows cost a millisecond or more. */
export async function modelOverloaded(network: Network): Promise<Overloaded> {
  const bodies = await costlyBodies(network)
  return { name: 'model', model: 'fraud-detector', served: atGateway(network, bodies, 'fraud'), bodies, fineMs: 50 }
}

/** A model so cheap that it is the gateway that has too much to do. */
export function gatewayOverloaded(network: Network): Overloaded {
  const bodies = rowBodies()
  return { name: 'gateway', model: 'malignancy-risk', served: atGateway(network, bodies), bodies, fineMs: 25 }
}
