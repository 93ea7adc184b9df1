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
    return prefix + MIDDLES[counter]! + nextTail()
  }
}

/** The third group of an id for each state of the counter: the version and `rand_a`. */
const MIDDLES = Array.from({ length: 0x1000 }, (_, counter) => `-${(0x7000 | counter).toString(16)}-`)

/** Random bytes are drawn for this many ids at once. */
const POOL_IDS = 256
const TAIL_BYTES = 8
const TAIL_CHARACTERS = 17

/** The last two groups of an id: the variant and 62 random bits. They are cut from one text: an id is put together from few. */
function tails(fill: (bytes: Uint8Array) => unknown): () => string {
  const bytes = Buffer.alloc(TAIL_BYTES * POOL_IDS)
  let text = ''
  let at = 0
  return () => {
    if (at === text.length) {
      text = drawTails(bytes, fill)
      at = 0
    }
    at += TAIL_CHARACTERS
    return text.slice(at - TAIL_CHARACTERS, at)
  }
}

const DIGITS = Buffer.from('0123456789abcdef')
const DASH = 0x2d

function drawTails(bytes: Buffer, fill: (bytes: Uint8Array) => unknown): string {
  fill(bytes)
  const text = Buffer.allocUnsafe(TAIL_CHARACTERS * POOL_IDS)
  for (let at = 0, to = 0; at < bytes.length; at++) {
    const place = at % TAIL_BYTES
    const byte = place === 0 ? (bytes[at]! & 0x3f) | 0x80 : bytes[at]!
    if (place === 2) text[to++] = DASH
    text[to++] = DIGITS[byte >> 4]!
    text[to++] = DIGITS[byte & 0xf]!
  }
  return text.toString('latin1')
}

function timestamp(time: number): string {
  const digits = time.toString(16).padStart(12, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8)}`
}
