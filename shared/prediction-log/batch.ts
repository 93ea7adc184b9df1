/** What calls have in common that differ in little but their rows. */
export interface CallOrigin {
  readonly client: string
  readonly operation: string | null
  readonly route: string | null
  readonly revision: number | null
  readonly instead: { readonly version: number; readonly code: string } | null
}

/**
 * Rows of one model version on their way from the thread that answers to the one that writes them down. Two streams that are
 * read in step, from the start: cells of eight bytes, and text. Both stay as they are in the chunk that is made of them, on
 * disk and in the registry.
 *
 * A call is nine cells:
 * - the place of its origin and its rows, as 32-bit words;
 * - its flags ({@link FLAG}) and the length of its request id, which comes next in the text, as 32-bit words;
 * - latency, queue and run time in milliseconds;
 * - two cells of its trace id, which are 0 where there is none;
 * - two cells of a request id that is a UUID, which then is not in the text.
 *
 * Then its rows. A row is its id, two cells; where a shadow ran it the id of the answer, two cells; a value that is null or
 * the code of its error; its inputs and, unless it failed, its outputs, a value each.
 *
 * A value is one cell: a number is itself; a NaN, its upper word one of {@link MARK}, stands for another kind. Its lower word
 * is the place of a word, the length of a text, which comes next in the text, or that of a list, whose values follow. An image is followed by the
 * four cells of its sha-256. Lengths are in values and in UTF-16 units.
 */
export interface Batch {
  readonly model: string
  /** Null where no version could be found. */
  readonly version: number | null
  /** Cells, the first `length` of them used. */
  readonly cells: Float64Array
  readonly length: number
  readonly text: string
  /** Short texts that come again and again, once each. */
  readonly words: readonly string[]
  /** Images whose sha-256 belongs to the cells from `at` on. */
  readonly images: readonly { readonly at: number; readonly image: string }[]
  readonly origins: readonly CallOrigin[]
  readonly rows: number
  /** How many rows failed, by error code. */
  readonly errors: Readonly<Record<string, number>>
  /** The smallest and the greatest id. */
  readonly first: string
  readonly last: string
}

/** Cells before a call's rows. */
export const CALL_CELLS = 9
/** Cells before a row's values: its id and error, and where a shadow ran it the id of the answer. */
export const ROW_CELLS = 5
/** Cells of an image. */
export const IMAGE_CELLS = 5

/** Bits of a call's flags. */
export const FLAG = {
  /** A shadow ran the rows. */
  shadow: 1,
  /** The rows are without their values, which are too large. */
  bare: 2,
  /** Its request id is a UUID. */
  uuid: 4,
} as const

/** Upper words of the NaNs that stand for what is no number. */
export const MARK = {
  null: 0x7ff8_0001,
  true: 0x7ff8_0002,
  false: 0x7ff8_0003,
  text: 0x7ff8_0004,
  list: 0x7ff8_0005,
  image: 0x7ff8_0006,
  word: 0x7ff8_0007,
} as const
