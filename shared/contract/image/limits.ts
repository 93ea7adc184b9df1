/** Bytes of one encoded image. */
export const MAX_ENCODED_BYTES = 5_000_000
/** Pixels along either side, told from the header alone. */
export const MAX_SIDE = 8_192
/** Pixels in all: what one decoding may take of memory is about four bytes each. */
export const MAX_PIXELS = 16_777_216
/** Images decoded at once in this process; each takes a thread of libuv's pool. */
export const MAX_CONCURRENT = 2
/** Images that wait for their turn. */
export const MAX_WAITING = 20_000
