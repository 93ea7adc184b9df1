import { murmur3 } from './murmur3.js'

/** Bytes of salt and key that count; what is longer is cut, on every replica alike. */
const LONGEST = 1_024
const PERCENT_PER_HASH = 100 / 2 ** 32

const encoder = new TextEncoder()
const bytes = new Uint8Array(LONGEST)

/**
 * Where a key stands among all keys: in percent, from 0 to below 100, in steps of 2.3e-8. It is MurmurHash3 of the UTF-8
 * bytes of salt, line feed and key, so that anybody can compute it. A key is in a share of `weight` percent while its
 * place is below it; a growing weight therefore only ever adds keys.
 */
export function placeOf(salt: string, key: string): number {
  const { written } = encoder.encodeInto(`${salt}\n${key}`, bytes)
  return murmur3(bytes, written) * PERCENT_PER_HASH
}
