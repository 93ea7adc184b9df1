const C1 = 0xcc9e2d51
const C2 = 0x1b873593

/**
 * MurmurHash3_x86_32 (Austin Appleby, public domain) with seed 0 of the first `length` bytes: 32 well-mixed bits, unsigned.
 * Not for secrets: whoever knows the input can choose where it falls.
 */
export function murmur3(bytes: Uint8Array, length = bytes.length): number {
  const tail = length & ~3
  let hash = 0
  for (let at = 0; at < tail; at += 4) {
    hash ^= scramble(bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24))
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  let rest = 0
  for (let at = length - 1; at >= tail; at--) rest = (rest << 8) | bytes[at]!
  return finish(hash ^ scramble(rest) ^ length)
}

function scramble(word: number): number {
  const mixed = Math.imul(word, C1)
  return Math.imul((mixed << 15) | (mixed >>> 17), C2)
}

function finish(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return (twice ^ (twice >>> 16)) >>> 0
}
