import type { z } from 'zod'
import type { KeyHolder } from './protocol.js'
import { keyHolderSchema } from './schema.js'

/** What a client of the registry may do, whichever of its keys it uses. */
export type RegisteredClient = Pick<
  KeyHolder,
  'clientId' | 'client' | 'environment' | 'scopes' | 'criticality' | 'limits' | 'delivery'
>

/** A `RegisteredClient` as the registry sends it. */
export const registeredClientSchema = keyHolderSchema.omit({
  revision: true,
  keyId: true,
  expiresAt: true,
}) satisfies z.ZodType<RegisteredClient>
