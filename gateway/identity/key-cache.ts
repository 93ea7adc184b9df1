import { LruMap } from '../../shared/cache/lru-map.js'
import type { KeyHolder } from '../../shared/control/protocol.js'

export interface KeyCacheOptions {
  /**
   * Asks the registry: the client behind the key with this sha-256, undefined when nobody is, `known` itself when nothing
   * has changed; fails when the registry cannot say.
   */
  readonly verify: (hash: string, known: KeyHolder | undefined) => Promise<KeyHolder | undefined>
  /** How long an answer is believed, in milliseconds since it was asked for: a revocation takes effect within this time. */
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
  /** When the registry was asked what it then said. */
  readonly askedAt: number
  /** When the next request asks again, without waiting for the answer. */
  readonly askAgainAt: number
  /** From when on requests wait for the answer. */
  readonly believedUntil: number
}

/**
 * Who holds which key, as the registry said a short while ago. A key in use is asked about again at half its time, beside
 * the requests, so that none waits while the registry answers. One question per key is under way at a time. While the
 * registry does not answer, clients seen before go on; each is asked about once per half of `ttlMs`.
 *
 * Keys are known by their sha-256 alone.
 */
export class KeyCache {
  private readonly entries: LruMap<string, Entry>
  private readonly asking = new Map<string, Promise<KeyHolder | undefined>>()
  /** Answers that had not to wait for the registry, and those that had. */
  hits = 0
  misses = 0

  constructor(private readonly options: KeyCacheOptions) {
    this.entries = new LruMap(options.capacity ?? 10_000)
  }

  /** Keys of which something is remembered. */
  get size(): number {
    return this.entries.size
  }

  /** Whether something is remembered of a key's hash. */
  has(hash: string): boolean {
    return this.entries.get(hash) !== undefined
  }

  /**
   * The client behind a key's hash; undefined when nobody is. A promise only where the registry has to be waited for, which
   * fails as `verify` does when nothing is remembered.
   */
  holderOf(hash: string): KeyHolder | undefined | Promise<KeyHolder | undefined> {
    const entry = this.entries.get(hash)
    const now = this.options.now()
    const isBelieved = entry !== undefined && now < entry.believedUntil
    if (isBelieved) this.hits += 1
    else this.misses += 1
    if (entry && now < entry.askAgainAt) return entry.holder
    const answer = this.asking.get(hash) ?? this.ask(hash, entry, now)
    if (!entry || !isBelieved) return answer
    answer.catch(() => {})
    return entry.holder
  }

  private ask(hash: string, entry: Entry | undefined, askedAt: number): Promise<KeyHolder | undefined> {
    const question = this.options
      .verify(hash, entry?.holder)
      .then(
        (holder) => this.remember(hash, holder, askedAt),
        (error: unknown) => this.fallBack(hash, entry, error),
      )
      .finally(() => this.asking.delete(hash))
    this.asking.set(hash, question)
    return question
  }

  private remember(hash: string, holder: KeyHolder | undefined, askedAt: number): KeyHolder | undefined {
    const { ttlMs } = this.options
    const believedUntil = askedAt + (holder ? ttlMs : Math.min(ttlMs, UNKNOWN_TTL_MS))
    const askAgainAt = holder ? askedAt + ttlMs / 2 : believedUntil
    this.entries.set(hash, { holder, askedAt, askAgainAt, believedUntil })
    return holder
  }

  private fallBack(hash: string, entry: Entry | undefined, error: unknown): KeyHolder {
    const { now, staleMs, ttlMs } = this.options
    const believedUntil = (entry?.askedAt ?? 0) + staleMs
    if (!entry?.holder || now() > believedUntil) throw error
    this.entries.set(hash, { ...entry, believedUntil, askAgainAt: now() + ttlMs / 2 })
    return entry.holder
  }
}
