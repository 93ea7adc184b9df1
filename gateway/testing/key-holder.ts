import { type KeyHolder, NO_LIMITS, OPEN_DELIVERY } from '../../shared/control/protocol.js'

/** A client without limits, as the registry would answer it. */
export function keyHolder(given: Partial<KeyHolder> = {}): KeyHolder {
  return {
    revision: '1',
    keyId: 'key-1',
    clientId: '1',
    client: 'app',
    environment: 'test',
    scopes: [],
    expiresAt: null,
    criticality: 'INTERNAL',
    limits: NO_LIMITS,
    delivery: OPEN_DELIVERY,
    ...given,
  }
}
