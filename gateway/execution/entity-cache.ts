import type { Plain } from './plain.js'

/** How much is kept. */
export interface EntityCacheLimits {
  readonly entries: number
  /** Approximate, keys included. */
  readonly bytes: number
}

interface Entry {
  readonly entity: Plain
  readonly bytes: number
}

/**
 * Answers of entity fetches that never change, the one used longest ago dropped first. Entities must not be changed by those
 * who get them.
 */
export class EntityCache {
  private readonly entries = new Map<string, Entry>()
  private held = 0
  /** Reads that found something, and that found nothing. */
  hits = 0
  misses = 0

  constructor(private readonly limits: EntityCacheLimits) {}

  get(key: string): Plain | undefined {
    const entry = this.entries.get(key)
    if (!entry) {
      this.misses += 1
      return undefined
    }
    this.hits += 1
    this.entries.delete(key)
    this.entries.set(key, entry)
    return entry.entity
  }

  /** Keeps an entity, unless it alone is larger than all that may be kept. */
  set(key: string, entity: Plain): void {
    this.drop(key)
    const bytes = 2 * (key.length + JSON.stringify(entity).length)
    if (bytes > this.limits.bytes) return
    this.entries.set(key, { entity, bytes })
    this.held += bytes
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.limits.entries && this.held <= this.limits.bytes) return
      this.drop(oldest)
    }
  }

  /** Entities kept. */
  get size(): number {
    return this.entries.size
  }

  /** What they take, approximately. */
  get bytes(): number {
    return this.held
  }

  private drop(key: string): void {
    this.held -= this.entries.get(key)?.bytes ?? 0
    this.entries.delete(key)
  }
}
