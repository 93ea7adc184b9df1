import { LruMap } from '../../shared/cache/lru-map.js'
import type { DeliveryPolicy } from '../../shared/control/protocol.js'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { HttpError } from '../http/http-error.js'
import type { HouseOperations } from './house-operations.js'
import { type Asked, isAsked, persistedHashIn, sha256Of, withText } from './persisted-query.js'
import { SafelistedTexts } from './safelisted-texts.js'

export interface DocumentsOptions {
  /** The text of a safelisted operation; undefined when there is none, fails when the registry does not answer. */
  readonly operation: (sha256: string) => Promise<string | undefined>
  /** What every client may send that its scopes allow, whatever its safelist. */
  readonly house: HouseOperations
  /** Throws for a document that is too large, or none. */
  readonly admit: (text: string) => void
  /** Persisted queries kept at most (default 2,000). */
  readonly capacity?: number
}

/** A longer text is not kept as a persisted query; its clients send it in full each time. */
const LONGEST_PERSISTED = 20_000

/**
 * Which document a request means, and whether its client may send it. A document comes as text, as the sha-256 of a
 * safelisted operation, or as that of a text that anybody sent before (automatic persisted queries).
 */
export class Documents {
  private readonly safelisted: SafelistedTexts
  private readonly persisted: LruMap<string, string>
  private readonly safelists = new WeakMap<DeliveryPolicy, ReadonlySet<string>>()

  constructor(private readonly options: DocumentsOptions) {
    this.safelisted = new SafelistedTexts(options.operation)
    this.persisted = new LruMap(options.capacity ?? 2_000)
  }

  /**
   * The body with its document in full; the same object where it was. Throws `OPERATION_NOT_ALLOWED` for what is not in the
   * safelist of a client that has to keep to it and no operation of the house, and `PERSISTED_QUERY_NOT_FOUND` for a hash that nobody has sent the text
   * of. What names no document at all is left to be refused.
   */
  resolve(body: unknown, delivery: DeliveryPolicy): unknown {
    if (!isAsked(body)) return body
    const hash = persistedHashIn(body)
    const query = typeof body.query === 'string' ? body.query : undefined
    if (hash === undefined && (query === undefined || delivery.operations === 'ANY')) return body
    const own = query === undefined ? undefined : sha256Of(query)
    if (own !== undefined && hash !== undefined && own !== hash) {
      throw new HttpError(400, 'extensions.persistedQuery.sha256Hash is not the sha-256 of the query.')
    }
    return this.named(body, (own ?? hash)!, query, delivery)
  }

  private named(body: Asked, hash: string, query: string | undefined, delivery: DeliveryPolicy): unknown {
    const listed = this.options.house.has(hash) || this.safelistOf(delivery).has(hash)
    if (delivery.operations === 'SAFELISTED' && !listed) throw notAllowed(hash)
    if (query !== undefined) {
      if (!listed) this.keep(hash, query)
      return withText(body, query)
    }
    return listed ? this.fetched(body, hash) : withText(body, this.remembered(hash))
  }

  private fetched(body: Asked, hash: string): unknown {
    const text = this.options.house.get(hash) ?? this.safelisted.textOf(hash)
    return typeof text === 'string' ? withText(body, text) : text.then((found) => withText(body, found ?? refuse(hash)))
  }

  private keep(hash: string, query: string): void {
    if (query.length > LONGEST_PERSISTED) return
    this.options.admit(query)
    this.persisted.set(hash, query)
  }

  private remembered(hash: string): string {
    const text = this.persisted.get(hash)
    // Clients tell it by this message, which asks them to send the text along.
    if (text === undefined) throw new ModelgraphError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound')
    return text
  }

  private safelistOf(delivery: DeliveryPolicy): ReadonlySet<string> {
    const known = this.safelists.get(delivery)
    if (known) return known
    const made = new Set(delivery.safelist.sha256)
    this.safelists.set(delivery, made)
    return made
  }
}

function refuse(hash: string): never {
  throw notAllowed(hash)
}

function notAllowed(sha256: string): ModelgraphError {
  const message = 'The operation is not in the safelist of this client; register it as it is sent.'
  return new ModelgraphError('OPERATION_NOT_ALLOWED', message, { sha256 })
}
