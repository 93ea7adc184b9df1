import { NO_LIMITS, OPEN_DELIVERY } from '../../shared/control/protocol.js'
import type { ClientTerms } from '../identity/caller.js'

/** Terms that restrict nothing. */
export const OPEN_TERMS: ClientTerms = {
  clientId: '1',
  keyId: 'key-1',
  limits: NO_LIMITS,
  delivery: OPEN_DELIVERY,
}
