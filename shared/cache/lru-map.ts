/**
 * A map that holds at most `capacity` entries and drops the one that was used longest ago. Use is kept in a list beside the
 * map: a map from which keys are taken and put back at every use makes itself a new table every few uses.
 */
export class LruMap<Key, Value> {
  private readonly entries = new Map<Key, Entry<Key, Value>>()
  /** Ends of the list. */
  private oldest: Entry<Key, Value> | undefined
  private newest: Entry<Key, Value> | undefined

  constructor(private readonly capacity: number) {}

  get(key: Key): Value | undefined {
    const entry = this.entries.get(key)
    if (entry === undefined) return undefined
    this.use(entry)
    return entry.value
  }

  set(key: Key, value: Value): void {
    const entry = this.entries.get(key)
    if (entry) {
      entry.value = value
      this.use(entry)
    } else this.add({ key, value, older: undefined, newer: undefined })
    if (this.entries.size > this.capacity) this.delete(this.oldest!.key)
  }

  /** The value without its being used. */
  peek(key: Key): Value | undefined {
    return this.entries.get(key)?.value
  }

  /** From the one used longest ago to the one used last. The key that was given last may be deleted meanwhile, no other. */
  *keys(): IterableIterator<Key> {
    for (let entry = this.oldest; entry; ) {
      const { key, newer } = entry
      yield key
      entry = newer
    }
  }

  delete(key: Key): void {
    const entry = this.entries.get(key)
    if (!entry) return
    this.entries.delete(key)
    this.unlink(entry)
  }

  get size(): number {
    return this.entries.size
  }

  private add(entry: Entry<Key, Value>): void {
    this.entries.set(entry.key, entry)
    this.append(entry)
  }

  private use(entry: Entry<Key, Value>): void {
    if (entry === this.newest) return
    this.unlink(entry)
    this.append(entry)
  }

  private append(entry: Entry<Key, Value>): void {
    entry.older = this.newest
    if (this.newest) this.newest.newer = entry
    else this.oldest = entry
    this.newest = entry
  }

  /** Leaves nothing in the entry that would keep others alive. */
  private unlink(entry: Entry<Key, Value>): void {
    const { older, newer } = entry
    if (older) older.newer = newer
    else this.oldest = newer
    if (newer) newer.older = older
    else this.newest = older
    entry.older = entry.newer = undefined
  }
}

interface Entry<Key, Value> {
  readonly key: Key
  value: Value
  older: Entry<Key, Value> | undefined
  newer: Entry<Key, Value> | undefined
}
