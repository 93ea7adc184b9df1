/** A map that holds at most `capacity` entries and drops the one that was used longest ago. */
export class LruMap<Key, Value> {
  private readonly entries = new Map<Key, Value>()

  constructor(private readonly capacity: number) {}

  get(key: Key): Value | undefined {
    const value = this.entries.get(key)
    if (value === undefined) return undefined
    this.entries.delete(key)
    this.entries.set(key, value)
    return value
  }

  set(key: Key, value: Value): void {
    this.entries.delete(key)
    this.entries.set(key, value)
    if (this.entries.size <= this.capacity) return
    const [oldest] = this.entries.keys()
    this.entries.delete(oldest!)
  }

  /** The value without its being used. */
  peek(key: Key): Value | undefined {
    return this.entries.get(key)
  }

  /** From the one used longest ago to the one used last. */
  keys(): IterableIterator<Key> {
    return this.entries.keys()
  }

  delete(key: Key): void {
    this.entries.delete(key)
  }

  get size(): number {
    return this.entries.size
  }
}
