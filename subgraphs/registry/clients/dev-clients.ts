import { ConfigError } from '../../../shared/config/read.js'
import type { Environment } from '../../../shared/control/protocol.js'
import { type ApiKeyParts, hashApiKey, parseApiKey } from '../../../shared/identity/api-key.js'
import type { DevKeys } from '../config.js'
import type { Registry } from '../registry.js'
import type { ClientDocument } from './client-document.js'

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
  const { prefix } = partsOf(key, role, environment)
  const name = `dev-${role}`
  const createdAt = new Date(now())
  const known = await database.clients.findOne({ environment, name }).lean<ClientDocument>()
  const record = { hash: hashApiKey(key), prefix, createdAt, expiresAt: null }
  const kept = known?.keys.find(({ hash }) => hash === record.hash) ?? record
  const made = { _id: name, owner: 'development', useCase: 'Development.', createdAt, createdBy: 'registry' }
  await database.clients.updateOne(
    { environment, name },
    { $set: { scopes: SCOPES[role], keys: [{ ...kept, revokedAt: null }] }, $setOnInsert: made },
    { upsert: true },
  )
}

function partsOf(key: string, role: string, environment: Environment): ApiKeyParts {
  const parts = parseApiKey(key)
  if (parts?.environment === environment) return parts
  throw new ConfigError(`The ${role} key in MODELGRAPH_DEV_KEYS is no key of the environment ${environment}.`)
}
