import type { KeyHolder } from '../../shared/control/protocol.js'
import { LruMap } from '../cache/lru-map.js'

export interface KeyCacheOptions {
  /** Asks the registry: the client behind the key with this sha-256, undefined when nobody is; fails when it cannot say. */
  readonly verify: (hash: string) => Promise<KeyHolder | undefined>
  /** How long an answer is believed, in milliseconds. */
  readonly ttlMs: number
  /** How long a client is believed while the registry does not answer, in milliseconds since it last did. */
  readonly staleMs: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly capacity?: number
}

/** An unknown key may be made the next moment, so a refusal is believed only this long, in milliseconds. */
const UNKNOWN_TTL_MS = 1_000

interface Entry {
  readonly holder: KeyHolder | undefined
  /** When the registry said so. */
  readonly verifiedAt: number
  /** When to ask again. */
  readonly askAgainAt: number
}

/**
 * Who holds which key, as the registry said a short while ago. One question per key is under way at a time. While the
 * registry does not answer, clients seen before go on; each is asked about once per `ttlMs`.
 */
export class KeyCache {
  private readonly entries: LruMap<string, Entry>
  private readonly asking = new Map<string, Promise<KeyHolder | undefined>>()

  constructor(private readonly options: KeyCacheOptions) {
    this.entries = new LruMap(options.capacity ?? 10_000)
  }

  /** The client behind a key's hash; undefined when nobody is. Fails as `verify` does when nothing is remembered. */
  holderOf(hash: string): Promise<KeyHolder | undefined> {
    const entry = this.entries.get(hash)
    if (entry && this.options.now() < entry.askAgainAt) return Promise.resolve(entry.holder)
    return this.asking.get(hash) ?? this.ask(hash, entry)
  }

  private ask(hash: string, entry: Entry | undefined): Promise<KeyHolder | undefined> {
    const question = this.options
      .verify(hash)
      .then(
        (holder) => this.remember(hash, holder),
        (error: unknown) => this.fallBack(hash, entry, error),
      )
      .finally(() => this.asking.delete(hash))
    this.asking.set(hash, question)
    return question
  }

  private remember(hash: string, holder: KeyHolder | undefined): KeyHolder | undefined {
    const now = this.options.now()
    const ttl = holder ? this.options.ttlMs : Math.min(this.options.ttlMs, UNKNOWN_TTL_MS)
    this.entries.set(hash, { holder, verifiedAt: now, askAgainAt: now + ttl })
    return holder
  }

  private fallBack(hash: string, entry: Entry | undefined, error: unknown): KeyHolder {
    const now = this.options.now()
    if (!entry?.holder || now - entry.verifiedAt > this.options.staleMs) throw error
    this.entries.set(hash, { ...entry, askAgainAt: now + this.options.ttlMs })
    return entry.holder
  }
}
