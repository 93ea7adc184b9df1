const FIRST_CAPACITY = 2 ** 16

/**
 * Times of one sample after the other in the same memory: an array that grows while callers are measured costs each of
 * them more than the clock does.
 */
export class Latencies {
  #milliseconds = new Float64Array(FIRST_CAPACITY)
  count = 0

  clear(): void {
    this.count = 0
  }

  add(milliseconds: number): void {
    if (this.count === this.#milliseconds.length) this.#grow()
    this.#milliseconds[this.count++] = milliseconds
  }

  /** In the order they were added; a view that holds until the next `clear`. */
  get all(): Float64Array {
    return this.#milliseconds.subarray(0, this.count)
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#milliseconds.length)
    larger.set(this.#milliseconds)
    this.#milliseconds = larger
  }
}
