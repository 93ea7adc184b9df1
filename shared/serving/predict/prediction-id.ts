/**
 * Prediction ids: UUIDv7 (RFC 9562, section 5.7), so that they sort by time. Within one millisecond, and when the clock steps
 * back, a 12-bit counter in `rand_a` keeps them ascending (section 6.2, method 1); when the counter is used up, the
 * timestamp runs ahead by one millisecond.
 *
 * `now` answers milliseconds since the epoch; `fill` fills a buffer with unpredictable bytes.
 */
export function createPredictionIds(now: () => number, fill: (bytes: Uint8Array) => unknown): () => string {
  const pool = randomPool(fill)
  let last = 0
  let counter = 0
  return () => {
    const time = Math.floor(now())
    if (time > last) {
      last = time
      counter = 0
    } else if (++counter > 0xfff) {
      last += 1
      counter = 0
    }
    return format(last, counter, pool())
  }
}

/** Bytes of `rand_b` for one id. */
const TAIL_BYTES = 8
const POOL_IDS = 256

function randomPool(fill: (bytes: Uint8Array) => unknown): () => Buffer {
  const bytes = Buffer.alloc(TAIL_BYTES * POOL_IDS)
  let at = bytes.length
  return () => {
    if (at === bytes.length) {
      fill(bytes)
      at = 0
    }
    at += TAIL_BYTES
    return bytes.subarray(at - TAIL_BYTES, at)
  }
}

function format(time: number, counter: number, tail: Buffer): string {
  tail[0] = (tail[0]! & 0x3f) | 0x80
  const clock = time.toString(16).padStart(12, '0')
  const version = (0x7000 | counter).toString(16)
  const end = tail.toString('hex')
  return `${clock.slice(0, 8)}-${clock.slice(8)}-${version}-${end.slice(0, 4)}-${end.slice(4)}`
}
