import { z } from 'zod'

/** Signatures that can be checked with a public key. There is no `none`, and none with a shared secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const

const text = z.string().min(1).max(500)

/** A claim by name, or by the names on the way to it: `["realm_access", "roles"]`. */
const claim = z.union([text, z.array(text).min(1).max(10)])

const claims = z.strictObject({
  clientId: claim.default('sub'),
  client: claim.default('client_name'),
  scopes: claim.default('scope'),
  criticality: claim.optional(),
})

const delivery = z.strictObject({
  operations: z.enum(['ANY', 'SAFELISTED']).default('ANY'),
  introspection: z.boolean().default(true),
  origins: z.array(text).max(100).default([]),
  networks: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .max(100)
    .default([]),
  deniedFields: z.array(text).max(500).default([]),
  safelist: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .max(10_000)
    .default([]),
})

const issuer = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'expected a short name in lower case'),
  issuer: text,
  jwks: z.url({ protocol: /^https?$/ }).refine(isSafe, 'expected https, or http on loopback'),
  audience: text,
  algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256', 'ES256']),
  clockSkewSeconds: z.int().min(0).max(300).default(30),
  claims: claims.prefault({}),
  grants: z.record(text, z.array(text).max(100)).optional(),
  delivery: delivery.prefault({}),
})

/** The issuers whose tokens are taken, as the operator writes them. */
export const issuersSchema = z
  .array(issuer)
  .max(20)
  .refine((all) => isUnique(all.map(({ name }) => name)), 'expected every name once')
  .refine((all) => isUnique(all.map(({ issuer }) => issuer)), 'expected every issuer once')

/** An issuer of tokens (JWT), how its tokens are checked, and what their claims mean here. */
export type Issuer = z.infer<typeof issuer>

/** Keys that come over an open network could be anybody's. */
function isSafe(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}

function isUnique(values: readonly string[]): boolean {
  return new Set(values).size === values.length
}
