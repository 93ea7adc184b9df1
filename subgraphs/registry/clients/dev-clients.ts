import { ConfigError } from '../../../shared/config/read.js'
import type { Environment } from '../../../shared/control/protocol.js'
import { parseApiKey } from '../../../shared/identity/api-key.js'
import type { DevKeys } from '../config.js'
import { grantedBy } from '../grants/granted.js'
import { recordOf } from '../keys/new-key.js'
import type { Registry } from '../registry.js'
import type { ClientDocument } from './client-document.js'
import { newClient } from './new-client.js'

const CATALOGUE = ['catalogue:read', 'patients:read']

const PREDICT = [
  'predict:malignancy-risk',
  'predict:disease-progression',
  'predict:digit-reader',
  'predict:fraud-detector',
]

/** What the development keys may do: an admin, a team that publishes for every reference team, an application. */
const SCOPES: Readonly<Record<keyof DevKeys, readonly string[]>> = {
  admin: ['admin'],
  team: [
    'publish:patients',
    'publish:diagnostics',
    'publish:vision',
    'publish:fraud',
    'predictions:read',
    ...CATALOGUE,
    ...PREDICT,
  ],
  app: [...CATALOGUE, ...PREDICT],
}

/**
 * Makes sure that the development clients exist with exactly these keys and scopes. Throws a ConfigError for a key that
 * is none of this environment.
 */
export async function keepDevClients(registry: Registry, keys: DevKeys): Promise<void> {
  for (const role of ['admin', 'team', 'app'] as const) await keepDevClient(registry, role, keys[role])
}

async function keepDevClient({ database, environment, now }: Registry, role: keyof DevKeys, key: string) {
  requireKeyOf(environment, key, role)
  const name = `dev-${role}`
  const at = new Date(now())
  const by = 'registry'
  const known = await database.clients.findOne({ environment, name }).lean<ClientDocument>()
  const record = recordOf(key, { at, expiresAt: null, by })
  const kept = known?.keys.find(({ hash }) => hash === record.hash) ?? record
  const grants = grantedBy(SCOPES[role], { by, at, reason: 'Development.' })
  const set = { grants, keys: [{ ...kept, expiresAt: null, revokedAt: null }], developers: [], team: null }
  const given = { _id: name, name, environment, owner: 'development', useCase: 'Development.', createdBy: by }
  if (known) await database.clients.updateOne({ environment, name }, { $set: set, $inc: { revision: 1 } })
  else await database.clients.create(newClient({ ...given, ...set, createdAt: at }))
}

function requireKeyOf(environment: Environment, key: string, role: string): void {
  if (parseApiKey(key)?.environment === environment) return
  throw new ConfigError(`The ${role} key in MODELGRAPH_DEV_KEYS is no key of the environment ${environment}.`)
}
