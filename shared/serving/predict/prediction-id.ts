/**
 * Prediction ids: UUIDv7 (RFC 9562, section 5.7), so that they sort by time. Within one millisecond, and when the clock steps
 * back, a 12-bit counter in `rand_a` keeps them ascending (section 6.2, method 1); when the counter is used up, the
 * timestamp runs ahead by one millisecond.
 *
 * `now` answers milliseconds since the epoch; `fill` fills a buffer with unpredictable bytes.
 */
export function createPredictionIds(now: () => number, fill: (bytes: Uint8Array) => unknown): () => string {
  const nextTail = tails(fill)
  let last = 0
  let counter = 0
  let prefix = ''
  return () => {
    const time = Math.floor(now())
    if (time > last || ++counter > 0xfff) {
      last = Math.max(time, last + 1)
      counter = 0
      prefix = timestamp(last)
    }
    return `${prefix}-${(0x7000 | counter).toString(16)}-${nextTail()}`
  }
}

/** Random bytes are drawn for this many ids at once. */
const POOL_IDS = 256
const TAIL_BYTES = 8

/** The last two groups of an id: the variant and 62 random bits. */
function tails(fill: (bytes: Uint8Array) => unknown): () => string {
  const bytes = Buffer.alloc(TAIL_BYTES * POOL_IDS)
  let digits = ''
  let at = 0
  return () => {
    if (at === digits.length) {
      digits = drawDigits(bytes, fill)
      at = 0
    }
    at += 2 * TAIL_BYTES
    return `${digits.slice(at - 16, at - 12)}-${digits.slice(at - 12, at)}`
  }
}

function drawDigits(bytes: Buffer, fill: (bytes: Uint8Array) => unknown): string {
  fill(bytes)
  for (let tail = 0; tail < bytes.length; tail += TAIL_BYTES) bytes[tail] = (bytes[tail]! & 0x3f) | 0x80
  return bytes.toString('hex')
}

function timestamp(time: number): string {
  const digits = time.toString(16).padStart(12, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8)}`
}
