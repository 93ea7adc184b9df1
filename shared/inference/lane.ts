/** A first-in, first-out queue with constant-time ends. */
export class Lane<T> {
  /** Places are used again from the start when the queue has run empty, so that it does not have to grow once more. */
  #items: (T | undefined)[] = []
  #head = 0
  #tail = 0

  get length(): number {
    return this.#tail - this.#head
  }

  push(item: T): void {
    this.#items[this.#tail++] = item
  }

  *[Symbol.iterator](): Generator<T> {
    for (let index = this.#head; index < this.#tail; index++) yield this.#items[index] as T
  }

  shift(): T | undefined {
    if (this.#head === this.#tail) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head++] = undefined
    if (this.#head > 1024 && this.#head * 2 >= this.#tail) this.#reset(this.#items.slice(this.#head, this.#tail))
    else if (this.#head === this.#tail) this.#head = this.#tail = 0
    return item
  }

  /** Removes and returns every item that `matches`, asked once of each in order; the rest keep their order. */
  extract(matches: (item: T) => boolean): T[] {
    const extracted: T[] = []
    const kept: T[] = []
    for (const item of this) (matches(item) ? extracted : kept).push(item)
    if (extracted.length > 0) this.#reset(kept)
    return extracted
  }

  #reset(items: (T | undefined)[]): void {
    this.#items = items
    this.#head = 0
    this.#tail = items.length
  }
}
