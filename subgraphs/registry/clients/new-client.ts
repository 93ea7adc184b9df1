import { NO_LIMITS, OPEN_DELIVERY } from '../../../shared/control/protocol.js'
import type { ClientDocument } from './client-document.js'
import type { ClientAction, ClientRecord } from './client-record.js'

/** What a client begins with, beside what is given. */
export function newClient(
  given: Pick<ClientDocument, '_id' | 'name' | 'environment' | 'owner' | 'useCase' | 'createdAt' | 'createdBy'> &
    Partial<ClientDocument>,
): ClientDocument {
  const { safelist: _safelist, ...delivery } = OPEN_DELIVERY
  const { _id: client, createdAt: at, createdBy: by } = given
  return {
    team: null,
    contact: '',
    developers: [],
    criticality: 'INTERNAL',
    limits: NO_LIMITS,
    delivery: { ...delivery, introspection: given.environment !== 'production' },
    deliveryFloor: null,
    safelist: { version: 0, operations: [] },
    grants: [],
    keys: [],
    lastUsed: {},
    revision: 1,
    last: recordOf({ client, revision: 1, at, by, action: 'create', reason: null, details: {} }),
    ...given,
  }
}

/** A record with its id. */
export function recordOf(record: Omit<ClientRecord, '_id'> & { readonly action: ClientAction }): ClientRecord {
  return { _id: `${record.client}/${record.revision}`, ...record }
}
