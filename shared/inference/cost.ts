/** The weight of the latest run in the moving average. */
const WEIGHT = 0.1
/** One run counts as this much faster or slower than expected, at most: a pause of the machine is no news of the model. */
const BOUND = 2

/**
 * What a run of a version costs, in microseconds: a fixed part and a part per row, measured at warm-up, and one factor
 * that follows what runs really take (an exponentially weighted moving average).
 */
export class Cost {
  readonly fixedMicros: number
  readonly rowMicros: number
  #factor = 1

  /** From the times of a run of one row and of a run of `rows` rows. */
  constructor(oneRowMicros: number, manyRowsMicros: number, rows: number) {
    const perRow = rows > 1 ? (manyRowsMicros - oneRowMicros) / (rows - 1) : oneRowMicros
    this.rowMicros = Math.max(perRow, 0.01)
    this.fixedMicros = Math.max(oneRowMicros - this.rowMicros, 0)
  }

  /** Expected time of one run. */
  runMicros(rows: number): number {
    return (this.fixedMicros + rows * this.rowMicros) * this.#factor
  }

  /**
   * How many rows fit into a run of at most `micros`; at least 1. While runs are slower than at warm-up, as on a machine that
   * has too much to do, still so many that the fixed part is no more than that of the rows: shorter runs would only be
   * more of them, and make it slower yet.
   */
  rowsWithin(micros: number): number {
    const least = Math.min(Math.ceil(this.fixedMicros / this.rowMicros), this.#rowsAt(1, micros))
    return Math.max(1, least, this.#rowsAt(this.#factor, micros))
  }

  #rowsAt(factor: number, micros: number): number {
    return Math.floor((micros / factor - this.fixedMicros) / this.rowMicros)
  }

  /** Learns from a run that took `micros`. */
  observe(rows: number, micros: number): void {
    const ratio = micros / (this.fixedMicros + rows * this.rowMicros)
    const bounded = Math.min(Math.max(ratio, this.#factor / BOUND), this.#factor * BOUND)
    this.#factor += WEIGHT * (bounded - this.#factor)
  }
}
