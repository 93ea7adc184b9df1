import { createHmac, hash } from 'node:crypto'

/** A body; a list is one in pieces. */
export type SignedBody = string | Uint8Array | readonly Uint8Array[]

/** HMAC-SHA-256 (RFC 2104) of a head, which is ASCII, and the body behind it, as base64url. */
export type Mac = (head: string, body: SignedBody) => string

/** Bytes that a block of SHA-256 has, and a digest of it. */
const BLOCK = 64
const DIGEST = 32

/** Messages up to this size are copied behind the key to be hashed at once, in bytes. */
const SMALL = 32_768

/** Where that is done, for every key: what is in it is read before the next message comes. */
const room = Buffer.alloc(SMALL)

/**
 * Makes MACs under one key. Most messages are so small that Node's `Hmac`, an object with a native part that has to be
 * collected, costs more than the hashing: these are hashed in one call within, and in one without. For the others it
 * is the other way round.
 */
export function createMac(secret: string): Mac {
  const key = Buffer.alloc(BLOCK)
  const given = Buffer.from(secret)
  if (given.length > BLOCK) key.write(hash('sha256', given, 'binary'), 'latin1')
  else given.copy(key)
  const inner = Buffer.alloc(BLOCK)
  const outer = Buffer.alloc(BLOCK + DIGEST)
  key.forEach((byte, at) => {
    inner[at] = byte ^ 0x36
    outer[at] = byte ^ 0x5c
  })
  return (head, body) => {
    const end = write(inner, head, body)
    if (end === undefined) return ofLarge(key, head, body)
    outer.write(hash('sha256', room.subarray(0, end), 'binary'), BLOCK, 'latin1')
    return hash('sha256', outer, 'base64url')
  }
}

/** Writes a message behind the key; answers where it ends, or undefined when there is no room for it. */
function write(inner: Buffer, head: string, body: SignedBody): number | undefined {
  let end = BLOCK + head.length
  if (end > SMALL) return undefined
  inner.copy(room)
  room.write(head, BLOCK, 'latin1')
  if (typeof body === 'string') {
    // A character takes three bytes at most.
    return end + 3 * body.length > SMALL ? undefined : end + room.write(body, end)
  }
  for (const piece of isInPieces(body) ? body : [body]) {
    if (end + piece.length > SMALL) return undefined
    room.set(piece, end)
    end += piece.length
  }
  return end
}

function ofLarge(key: Buffer, head: string, body: SignedBody): string {
  const mac = createHmac('sha256', key).update(head, 'latin1')
  for (const piece of isInPieces(body) ? body : [body]) mac.update(piece)
  return mac.digest('base64url')
}

function isInPieces(body: SignedBody): body is readonly Uint8Array[] {
  return Array.isArray(body)
}
