import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'

export interface SigningKeysOptions {
  /** Asks the issuer for its keys (JWKS); fails when it does not answer any. */
  readonly read: () => Promise<JSONWebKeySet>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Keys are asked for again after this time. */
const FRESH_MS = 10 * 60_000
/** A key that is not among them may have been made since; so it is asked for, but no more often than this. */
const UNKNOWN_KEY_MS = 30_000
/** A failure is not repeated sooner. */
const RETRY_MS = 5_000

/**
 * The public keys of one issuer. They are read when first needed, again now and then, and when a token names one that is
 * not among them; while the issuer does not answer, the last ones hold.
 */
export class SigningKeys {
  /** Counts the changes of the key set; what was verified with another one has to be verified again. */
  generation = 0
  private text = ''
  private find: JWTVerifyGetKey | undefined
  private reading: Promise<void> | undefined
  private readAgainAt = 0
  private nextUnknownAt = 0

  constructor(private readonly options: SigningKeysOptions) {}

  /**
   * The key that a token was signed with. Throws `ISSUER_UNAVAILABLE` when no keys are known and the issuer does not answer,
   * and what `jose` throws when none of them is the one.
   */
  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    if (!this.find) await this.load()
    else this.refresh()
    try {
      return await this.known(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.mayAskForUnknown()) throw error
      await this.read().catch(() => {})
      return this.known(header, token)
    }
  }

  /** Reads the keys again, beside the requests, when it is time to. */
  refresh(): void {
    if (this.options.now() >= this.readAgainAt) this.read().catch(() => {})
  }

  private async load(): Promise<void> {
    if (!this.reading && this.options.now() < this.readAgainAt) throw unavailable()
    await this.read().catch((cause: unknown) => {
      throw unavailable(cause)
    })
  }

  private known(...asked: Parameters<JWTVerifyGetKey>): ReturnType<JWTVerifyGetKey> {
    return this.find!(...asked)
  }

  private mayAskForUnknown(): boolean {
    const now = this.options.now()
    if (now < this.nextUnknownAt) return this.reading !== undefined
    this.nextUnknownAt = now + UNKNOWN_KEY_MS
    return true
  }

  private read(): Promise<void> {
    this.reading ??= this.options
      .read()
      .then(
        (keys) => this.take(keys),
        (error: unknown) => {
          this.readAgainAt = this.options.now() + RETRY_MS
          throw error
        },
      )
      .finally(() => {
        this.reading = undefined
      })
    return this.reading
  }

  private take(keys: JSONWebKeySet): void {
    const text = JSON.stringify(keys)
    if (text !== this.text) {
      this.find = createLocalJWKSet(keys)
      this.text = text
      this.generation += 1
    }
    this.readAgainAt = this.options.now() + FRESH_MS
  }
}

function unavailable(cause?: unknown): ModelgraphError {
  return new ModelgraphError('ISSUER_UNAVAILABLE', "The token's issuer does not answer with its keys.", {}, cause)
}
