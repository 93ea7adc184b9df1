import { LruMap } from './lru-map.js'

/** How much is kept. */
export interface SizedCacheLimits {
  readonly bytes: number
  /** As many as there is room for when absent. */
  readonly entries?: number
}

interface Entry<Value> {
  readonly value: Value
  readonly bytes: number
}

/** A cache whose entries say how large they are; where there is no room, the one used longest ago is dropped first. */
export class SizedCache<Value> {
  private readonly entries = new LruMap<string, Entry<Value>>(Infinity)
  private held = 0

  constructor(private readonly limits: SizedCacheLimits) {}

  get(key: string): Value | undefined {
    return this.entries.get(key)?.value
  }

  /** Keeps a value of so many bytes, unless it alone is larger than all that may be kept. */
  set(key: string, value: Value, bytes: number): void {
    const { limits } = this
    this.drop(key)
    if (bytes > limits.bytes) return
    this.entries.set(key, { value, bytes })
    this.held += bytes
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= (limits.entries ?? Infinity) && this.held <= limits.bytes) return
      this.drop(oldest)
    }
  }

  /** Entries kept. */
  get size(): number {
    return this.entries.size
  }

  /** What they take, in bytes, as they said. */
  get bytes(): number {
    return this.held
  }

  private drop(key: string): void {
    this.held -= this.entries.peek(key)?.bytes ?? 0
    this.entries.delete(key)
  }
}
