import { base64Of } from './vector.js'

const FIRST_ROWS = 16

/**
 * The values of one feature or output, row after row, as they come in. Numbers are kept as doubles outside the heap, so that
 * nothing of a request lives on in them; a value of another kind turns the column into a list.
 */
export class RecordedColumn {
  #doubles = new Float64Array(FIRST_ROWS)
  #list: unknown[] | undefined

  /** A finite number or anything else that JSON knows. */
  put(row: number, value: unknown): void {
    if (this.#list) this.#list[row] = value
    else if (typeof value === 'number') this.#doublesFor(row)[row] = value
    else if (value === null) this.#doublesFor(row)[row] = Number.NaN
    else {
      this.#list = Array.from(this.#doubles.subarray(0, row), (double) => (Number.isNaN(double) ? null : double))
      this.#list[row] = value
    }
  }

  /** Rows `from` (inclusive) to `to` (exclusive) as the JSON of a vector. */
  json(from: number, to: number): string {
    if (this.#list) return JSON.stringify(this.#list.slice(from, to))
    return `{"f64":"${base64Of(this.#doubles.subarray(from, to))}"}`
  }

  /** Forgets its values; its room is used again. */
  clear(): void {
    this.#list = undefined
  }

  #doublesFor(row: number): Float64Array {
    if (row < this.#doubles.length) return this.#doubles
    const larger = new Float64Array(Math.max(row + 1, 2 * this.#doubles.length))
    larger.set(this.#doubles)
    this.#doubles = larger
    return larger
  }
}
