import { SizedCache, type SizedCacheLimits } from '../../shared/cache/sized-cache.js'
import type { Plain } from './plain.js'

/**
 * Answers of entity fetches that never change, the one used longest ago dropped first. Entities must not be changed by those
 * who get them.
 */
export class EntityCache {
  private readonly entities: SizedCache<Plain>
  /** Reads that found something, and that found nothing. */
  hits = 0
  misses = 0

  constructor(limits: Required<SizedCacheLimits>) {
    this.entities = new SizedCache(limits)
  }

  get(key: string): Plain | undefined {
    const entity = this.entities.get(key)
    if (entity) this.hits += 1
    else this.misses += 1
    return entity
  }

  /** Keeps an entity, unless it alone is larger than all that may be kept. */
  set(key: string, entity: Plain): void {
    this.entities.set(key, entity, 2 * (key.length + JSON.stringify(entity).length))
  }

  /** Entities kept. */
  get size(): number {
    return this.entities.size
  }

  /** What they take, approximately. */
  get bytes(): number {
    return this.entities.bytes
  }
}
