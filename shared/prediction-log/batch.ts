/** What calls have in common that differ in little but their rows. */
export interface CallOrigin {
  readonly model: string
  /** Null where no version could be found. */
  readonly version: number | null
  readonly client: string
  readonly operation: string | null
  readonly route: string | null
  readonly revision: number | null
  readonly instead: { readonly version: number; readonly code: string } | null
}

/**
 * Rows of many calls on their way from the thread that answers to the one that writes them down. Two streams that are read
 * in step, from the start: cells and texts.
 *
 * A call is six cells (place of its origin, rows, 1 where a shadow ran them, latency, queue and run time in milliseconds)
 * and the text of its request id, then its rows. A row is the text of its id, that of the answer's id where a shadow ran it,
 * a value that is null or the code of its error, its inputs and, unless it failed, its outputs.
 *
 * A value is one cell: a number is itself; a NaN of {@link MARK} stands for another kind. A text follows in the stream of
 * texts, a list in the next cells, its length first.
 */
export interface Batch {
  readonly cells: Float64Array
  /** Cells that are used, from the start. */
  readonly length: number
  readonly texts: readonly string[]
  readonly origins: readonly CallOrigin[]
  readonly rows: number
}

/** Cells before a call's rows. */
export const CALL_CELLS = 6

/** Upper words of the NaNs that stand for what is no number. */
export const MARK = {
  null: 0x7ff8_0001,
  true: 0x7ff8_0002,
  false: 0x7ff8_0003,
  text: 0x7ff8_0004,
  list: 0x7ff8_0005,
} as const
