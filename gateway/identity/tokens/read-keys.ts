import type { JSONWebKeySet } from 'jose'
import { request } from 'undici'
import { z } from 'zod'

/** How long an issuer may take, in milliseconds. */
const TIMEOUT_MS = 5_000

/** Largest set of keys, in bytes. */
const LARGEST = 256_000

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) })

/** Reads a JWKS. Fails for anything but a 200 with such a set in time; redirections are not followed. */
export async function readKeys(url: string): Promise<JSONWebKeySet> {
  const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += (chunk as Buffer).length
    if (bytes > LARGEST) throw new Error(`The key set has more than ${LARGEST} bytes.`)
    chunks.push(chunk as Buffer)
  }
  if (statusCode !== 200) throw new Error(`The key set was answered with status ${statusCode}.`)
  return keySet.parse(JSON.parse(Buffer.concat(chunks).toString('utf8'))) as JSONWebKeySet
}
