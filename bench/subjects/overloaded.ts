import type { Network } from '../../deploy/launcher/network.js'
import type { Overloaded } from '../groups/overload.js'
import { costlyBodies } from './costly-version.js'
import { rowBodies } from './one-row.js'
import { atGateway } from './targets.js'

/** A model that has too much to do long before the gateway has: its rows cost a millisecond or more. */
export async function modelOverloaded(network: Network): Promise<Overloaded> {
  const bodies = await costlyBodies(network)
  const served = atGateway(network, bodies, 'fraud')
  return { name: 'model', model: 'fraud-detector', served, bodies, callers: 8, fineMs: 50 }
}

/** A model so cheap that it is the gateway that has too much to do. */
export function gatewayOverloaded(network: Network): Overloaded {
  const bodies = rowBodies()
  const served = atGateway(network, bodies)
  return { name: 'gateway', model: 'malignancy-risk', served, bodies, callers: 32, fineMs: 25 }
}
