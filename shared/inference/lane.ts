/** A first-in, first-out queue with constant-time ends. */
export class Lane<T> {
  #items: (T | undefined)[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  push(item: T): void {
    this.#items.push(item)
  }

  *[Symbol.iterator](): Generator<T> {
    for (let index = this.#head; index < this.#items.length; index++) yield this.#items[index] as T
  }

  shift(): T | undefined {
    const item = this.#items[this.#head]
    if (item === undefined) return undefined
    this.#items[this.#head++] = undefined
    if (this.#head === this.#items.length) this.#reset([])
    else if (this.#head > 1024 && this.#head * 2 > this.#items.length) this.#reset(this.#items.slice(this.#head))
    return item
  }

  /** Removes and returns every item that `matches`; the rest keep their order. */
  extract(matches: (item: T) => boolean): T[] {
    const items = this.#items.slice(this.#head) as T[]
    const extracted = items.filter(matches)
    if (extracted.length > 0) this.#reset(items.filter((item) => !matches(item)))
    return extracted
  }

  #reset(items: (T | undefined)[]): void {
    this.#items = items
    this.#head = 0
  }
}
